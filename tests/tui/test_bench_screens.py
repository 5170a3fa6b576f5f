"""Benchmarks: runs, their items, and two runs compared, as the screens show them and as the command line says."""

from __future__ import annotations

import gc
import json
import warnings

import measured as made
import pytest
from click.testing import CliRunner
from pilots import SMALL, screen_text, until

from workbench.cli.main import cli
from workbench.store import batches, contamination, models, prompts, runs
from workbench.tui import figures
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.bench_item import BenchItemScreen
from workbench.tui.screens.bench_items import BenchItemsScreen
from workbench.tui.screens.bench_task import BenchTaskScreen
from workbench.tui.screens.benchmarks import BenchmarksScreen
from workbench.tui.screens.compare import CompareScreen
from workbench.tui.screens.compare_models import CompareModelsScreen
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.screens.form import FieldRow, FormScreen
from workbench.tui.screens.job import JobScreen
from workbench.tui.screens.pick import PickScreen
from workbench.tui.widgets.reader import Reader
from workbench.tui.widgets.table import Table


def said(store, *arguments):
    """What the command line says of the same workspace."""
    done = CliRunner().invoke(cli, ["--workspace", str(store.workspace.root), *map(str, arguments), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def begun(store, name="tiny", answered=5):
    """A run of which the first items are answered; nobody is at work on it."""
    task = runs.task(store, runs.by_id(store, made.TINY).task_id)
    items = runs.item_ids(store, task.id)
    model = models.find(store, name) or models.add(store, name, name, "embedded", None, "-")
    run = runs.begin(store, model.id, "-", task, runs.CLEAN, {"threads": 9}, len(items), 1)
    score(store, run, items[:answered])
    return run


def score(store, run, items):
    """These items of the run are answered, all rightly."""
    answers = [runs.Answer(item, "a question", (" yes", " no"), 0, 0, False, {"acc": 1.0}) for item in items]
    runs.add_answers(store, run.id, answers, "acc")


def items_of(store, run):
    return said(store, "bench", "show", run)["items"]


async def go(pilot, *keys):
    """To the Benchmarks screen, then these keys once it shows its rows."""
    await pilot.press("b")
    await until(
        pilot, lambda: isinstance(pilot.app.screen, BenchmarksScreen) and "multiple_choice" in screen_text(pilot)
    )
    await pilot.press(*keys)


async def task(pilot, *keys):
    """To the runs of multiple_choice: other's, which is newer, then tiny's; then these keys."""
    await go(pilot, "g", "j", "enter")
    await until(
        pilot, lambda: isinstance(pilot.app.screen, BenchTaskScreen) and "seen in training" in screen_text(pilot)
    )
    await pilot.press(*keys)


async def compared(pilot):
    """tiny's run, the last row, marked; then that of other, the first, compared with it."""
    await task(pilot, "G", "m", "g", "c")
    await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen) and pilot.app.screen.query_one(Table).count)
    return pilot.app.screen


def table(pilot):
    return pilot.app.screen.query_one(Table)


async def test_without_a_run_it_says_what_to_do(empty):
    async with WorkbenchApp(empty, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("b")
        await until(pilot, lambda: "No model has been measured here yet." in screen_text(pilot))


async def test_suites_and_tasks_stand_beside_models_with_the_numbers_of_the_command_line(measured):
    clean = {(row["task"], row["model"]): row for row in said(measured, "bench", "list") if row["variant"] == "clean"}
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await go(pilot)
        rows = [table(pilot).row(at) for at in range(3)]
        assert [row.key for row in rows] == [
            ("suite", "core"), ("task", "core", "multiple_choice"), ("task", "core", "sentiment"),
        ]  # fmt: skip
        assert [column.title for column in table(pilot).columns] == ["suite and task", "▸ other", "tiny"]
        assert rows[2].cells[1].text == "–"  # other was not measured on sentiment
        for (name, model), row in clean.items():
            cell = rows[1 if name == "multiple_choice" else 2].cells[1 if model == "other" else 2].text
            assert cell.startswith(f"{row['accuracy']['estimate']:.3f} ")


async def test_a_suite_shows_the_mean_over_the_tasks_of_every_model(measured):
    both = [row["accuracy"]["estimate"] for row in said(measured, "bench", "list")
            if row["variant"] == "clean" and row["task"] == "multiple_choice"]  # fmt: skip
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await go(pilot, "g")
        assert [cell.text[:5] for cell in table(pilot).row(0).cells[1:]] == [f"{one:.3f}" for one in both]
        await until(pilot, lambda: "2 tasks measured, 1 compared (accuracy, asked alike)" in screen_text(pilot))


async def test_the_runs_of_a_task_stand_newest_first(measured):
    clean = [row for row in said(measured, "bench", "list") if (row["variant"], row["task"]) == ("clean", made.TASK)]
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await task(pilot)
        assert [table(pilot).row(at).key for at in range(2)] == [row["id"] for row in clean] == [3, 1]
        for row in clean:
            accuracy = row["accuracy"]
            shown = f"{accuracy['estimate']:.3f} [{accuracy['low']:.3f}, {accuracy['high']:.3f}]  {row['guess']:.3f}"
            assert shown in screen_text(pilot)


async def test_the_run_in_focus_is_put_against_guessing_in_words(measured):
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await go(pilot, "g", "j", "j", "right")
        # sentiment: 12 of 24 is the guess of two choices exactly
        await until(pilot, lambda: "no difference from guessing can be seen (n 24)" in screen_text(pilot))


async def test_runs_of_bias_probes_are_left_out(measured):
    model = models.by_name(measured, "tiny")
    probe = runs.add_task(measured, "bias/pairs_gender", "1", {}, [{}])
    runs.finish(measured, runs.begin(measured, model.id, "-", probe, runs.CLEAN, {}, 1, 1).id, [], {})
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await go(pilot)
        # core and two tasks; truthfulness, which has one of them too
        assert [table(pilot).row(at).key[0] for at in range(table(pilot).count)] == [
            "suite",
            "task",
            "task",
            "suite",
            "task",
        ]


async def test_a_model_without_a_finished_run_shows_how_far_it_is(measured):
    begun(measured, "third")
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await go(pilot, "g", "j")
        await until(pilot, lambda: "not finished: 5/24 items, so far 1.000 [0.566, 1.000]" in screen_text(pilot))


async def test_a_run_that_was_broken_off_hides_no_finished_one(measured):
    begun(measured)
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await go(pilot, "g", "j")  # tiny, whose run is the newest
        await until(pilot, lambda: "run 1 " in screen_text(pilot))


async def test_the_items_of_a_running_run_open_and_more_come_as_they_are_answered(measured):
    run = begun(measured)
    items = runs.item_ids(measured, run.task_id)
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await task(pilot)
        await until(pilot, lambda: table(pilot).count == 3)
        await pilot.press("g", "enter")
        await until(pilot, lambda: "all items: 5 of 5" in screen_text(pilot))
        assert "5/24, so far 1.000" in screen_text(pilot)
        with made.open_store(measured.workspace) as other:
            score(other, run, items[5:6])
        await until(pilot, lambda: "all items: 6 of 6" in screen_text(pilot) and "6/24" in screen_text(pilot))


async def test_a_run_without_an_answer_opens_its_job(measured):
    begun(measured, answered=0)
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await task(pilot)
        await until(pilot, lambda: table(pilot).count == 3)
        await pilot.press("g", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, JobScreen))


async def test_enter_on_a_suite_folds_its_tasks_and_shows_them_again(measured):
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await go(pilot)
        await until(pilot, lambda: table(pilot).cursor == 1)  # the first task has the focus first
        await pilot.press("g", "enter")
        await until(pilot, lambda: "▸ core" in screen_text(pilot) and table(pilot).count == 3)
        await pilot.press("enter")
        await until(pilot, lambda: "▾ core" in screen_text(pilot) and table(pilot).count == 5)


async def test_a_comparison_shows_what_warns_what_was_seen_and_what_is_below_both(measured):
    first = runs.by_id(measured, made.TINY)
    with measured.write() as db:
        db.execute("UPDATE runs SET settings = json_set(settings, '$.dtype', 'bfloat16') WHERE id = ?", (made.OTHER,))
        db.execute("UPDATE models SET details = json_set(details, '$.data', json('{\"which\": \"f\"}'))"
                   " WHERE id = ?", (first.model_id,))  # fmt: skip
    contamination.keep(measured, runs.task_hash(measured, first.task_id), "f", [0, 2, 3])
    told = said(measured, "compare", made.TINY, made.OTHER)
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await compared(pilot)
        shown = " ".join(screen_text(pilot).split())
        assert f"! {told['warnings'][0]}" in shown
        assert "They were computed differently: dtype float32 and bfloat16." in shown
        assert "seen 3 run 1, tiny" in shown
        guess = told["baselines"][0]["first"]
        value = told["baselines"][0]["value"]["estimate"]
        assert f"above guessing {value:.3f}: {guess['estimate']:+.3f} [{guess['low']:+.3f}," in shown


async def test_a_run_that_goes_on_elsewhere_moves_on_the_screen(measured):
    run = begun(measured, "third")
    items = runs.item_ids(measured, run.task_id)
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await go(pilot)
        with made.open_store(measured.workspace) as other:
            score(other, run, items[5:6])
        await until(pilot, lambda: "6/24" in screen_text(pilot))


async def test_a_new_run_starts_from_the_row_in_focus(measured):
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await go(pilot, "g", "j", "j", "right", "n")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen) and pilot.app.screen.query(FieldRow))
        filled = {row.field.name: row.input.value for row in pilot.app.screen.query(FieldRow)}
        assert (pilot.app.screen.kind, filled["model"], filled["task"]) == ("bench", "tiny", "sentiment")


async def test_the_items_of_a_run_are_those_of_the_command_line(measured):
    told = items_of(measured, made.TINY)
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await task(pilot, "G", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BenchItemsScreen) and table(pilot).count == made.ITEMS)
        for at, item in enumerate(told):
            shown = [cell.text for cell in table(pilot).row(at).cells]
            answer, gold = (item["choices"][item[which]].strip() for which in ("answer", "gold"))
            sign = "✓ right" if item["correct"] else "✗ wrong"
            assert shown[:5] == [str(item["position"]), sign, answer, gold, figures.ratio(item["margin"])]
        assert table(pilot).row(0).cells[5].text.startswith("Lake Victoria")  # not "Question: Lake Victoria"


async def test_o_goes_from_all_items_to_the_wrong_ones_to_the_closest(measured):
    told = items_of(measured, made.TINY)
    wrong = [item["item_id"] for item in told if not item["correct"]]
    close = sorted((item for item in told if item["margin"] < 0.6931), key=lambda item: item["margin"])
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await task(pilot, "G", "enter")
        await until(pilot, lambda: "all items: 24 of 24" in screen_text(pilot))
        await pilot.press("o")
        await until(pilot, lambda: f"wrong ones: {len(wrong)} of 24" in screen_text(pilot))
        assert [table(pilot).row(at).key for at in range(len(wrong))] == wrong
        await pilot.press("o")
        await until(pilot, lambda: f"margin below ln 2: {len(close)} of 24" in screen_text(pilot))
        assert [table(pilot).row(at).key for at in range(len(close))] == [item["item_id"] for item in close]


async def test_the_filter_looks_in_questions_and_choices_and_keeps_the_part(measured):
    holding = [one["correct"] for one in items_of(measured, made.TINY)
               if "ice" in f"{one['context']} {one['choices']}".lower()]  # fmt: skip
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await task(pilot, "G", "enter")
        await until(pilot, lambda: "24 of 24" in screen_text(pilot))
        await pilot.press("slash", *"ice")
        await until(pilot, lambda: f"all items: {len(holding)} of 24" in screen_text(pilot))
        await pilot.press("enter", "o")
        await until(pilot, lambda: f"wrong ones: {holding.count(False)} of 24" in screen_text(pilot))
        await pilot.press("o", "o", "escape")
        await until(pilot, lambda: "all items: 24 of 24" in screen_text(pilot))


async def test_an_item_shows_its_prompt_its_choices_and_its_scores_and_esc_returns_to_its_row(measured):
    item = items_of(measured, made.TINY)[2]
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await task(pilot, "G", "enter")
        await until(pilot, lambda: "24 of 24" in screen_text(pilot))
        await pilot.press("j", "j", "enter")
        await until(
            pilot, lambda: isinstance(pilot.app.screen, DetailScreen) and "prompt as sent" in screen_text(pilot)
        )
        lines = screen_text(pilot).splitlines()
        for at, (text, logprob) in enumerate(zip(item["choices"], item["logprobs"], strict=True)):
            line = next(line for line in lines if f"{logprob:.3f}" in line)
            assert text.strip() in line
            assert ("✓ gold" in line, "▸ answer" in line) == (at == item["gold"], at == item["answer"])
        assert f"acc {item['scores']['acc']:g}" in screen_text(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BenchItemsScreen))
        assert table(pilot).current.key == item["item_id"]


async def test_a_comparison_says_what_the_command_line_says(measured):
    told = said(measured, "compare", made.TINY, made.OTHER)
    paired, n = told["paired"], told["n"]
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        screen = await compared(pilot)
        shown = " ".join(screen_text(pilot).split())
        difference = paired["difference"]
        assert f"{difference['estimate']:+.3f} [{difference['low']:+.3f}, {difference['high']:+.3f}] n {n}" in shown
        assert f"{told['test']} p {paired['p']:.3f}" in shown
        assert f"✓ {paired['gained']} wrong → right, ✗ {paired['lost']} right → wrong" in shown
        assert f"{paired['detectable']:.3f} or more would have shown" in shown
        assert told["verdict"] in shown
        flipped = [item["item_id"] for item in told["flipped"]]
        assert [screen.query_one(Table).row(at).key for at in range(len(flipped))] == flipped
        assert f"flipped items: {len(flipped)} of {len(flipped)}" in shown


async def test_a_flipped_item_shows_both_answers(measured):
    before, after = (items_of(measured, run) for run in (made.TINY, made.OTHER))
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        screen = await compared(pilot)
        key = screen.query_one(Table).current.key
        first, second = (next(item for item in items if item["item_id"] == key) for items in (before, after))
        await pilot.press("enter")
        await until(
            pilot, lambda: isinstance(pilot.app.screen, DetailScreen) and "prompt as sent" in screen_text(pilot)
        )
        lines = screen_text(pilot).splitlines()
        for name, item in (("tiny", first), ("other", second)):
            line = next(line for line in lines if f"▸ {name}" in line)
            assert f"{item['logprobs'][item['answer']]:.3f}" in line
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert screen.query_one(Table).current.key == key


async def test_the_confusion_of_a_run_is_a_page_below_its_metrics(measured):
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await go(pilot, "g", "j", "j", "right", "enter")
        await until(pilot, lambda: "lines 1–" in screen_text(pilot) and "J K scroll" in screen_text(pilot))
        assert "confusion" not in screen_text(pilot)
        await pilot.press("J", "J")
        await until(pilot, lambda: "confusion: rows are gold" in screen_text(pilot))
        await pilot.press("K", "K")
        await until(pilot, lambda: "with n and 95 %" in screen_text(pilot))


async def test_a_task_on_which_models_were_asked_differently_is_marked(measured):
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await go(pilot)
        assert table(pilot).row(1).cells[0].text == "multiple_choice"
        stored = runs.task(measured, runs.by_id(measured, made.TINY).task_id)
        other = runs.add_task(measured, stored.name, "1.0", {"num_fewshot": 5}, [{"question": "?"}])
        begun = runs.begin(measured, models.by_name(measured, "tiny").id, "-", other, runs.CLEAN, {}, 1, 1)
        runs.finish(measured, begun.id, [], {"acc": 1.0})
        await until(pilot, lambda: "! multiple_choice" in screen_text(pilot))


async def test_how_a_run_was_asked_is_in_sight_on_80_columns(measured):
    stored = runs.task(measured, runs.by_id(measured, made.TINY).task_id)
    asked = runs.add_task(measured, stored.name, "1.0", {"num_fewshot": 5, "chat_template": True}, [{"question": "?"}])
    runs.begin(measured, models.by_name(measured, "tiny").id, "-", asked, runs.CLEAN, {}, 1, 1)
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await task(pilot, "g")
        await until(pilot, lambda: "tiny, 5-shot, chat" in screen_text(pilot))


async def test_runs_of_two_tasks_are_refused_in_one_sentence(measured):
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL, notifications=True) as pilot:
        stored = runs.task(measured, runs.by_id(measured, made.TINY).task_id)
        other = runs.add_task(measured, stored.name, "2.0", {"num_fewshot": 5}, [{"question": "?"}])
        begin = runs.begin(measured, models.by_name(measured, "tiny").id, "-", other, runs.CLEAN, {}, 1, 1)
        runs.finish(measured, begin.id, [], {"acc": 1.0})
        await task(pilot, "m", "G", "c")
        await until(pilot, lambda: "(multiple_choice 2.0)" in " ".join(screen_text(pilot).split()))
        assert isinstance(pilot.app.screen, BenchTaskScreen)


@pytest.mark.parametrize(("keys", "words"), [("c", "Mark a baseline first"), ("mc", "Run 3 is the baseline")])
async def test_comparing_needs_a_baseline_and_another_run(measured, keys, words):
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await task(pilot, *keys)
        await until(pilot, lambda: words in screen_text(pilot))


@pytest.mark.parametrize(("keys", "words"), [("c", "Mark a baseline first"), ("mc", "other is the baseline")])
async def test_comparing_models_needs_a_baseline_and_another_model(measured, keys, words):
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await go(pilot, *keys)
        await until(pilot, lambda: words in screen_text(pilot))


async def test_the_baseline_is_marked_by_a_sign_and_unmarked_by_the_same_key(measured):
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await go(pilot, "m")
        await until(pilot, lambda: "▸◆ other" in screen_text(pilot) and "baseline: other" in screen_text(pilot))
        await pilot.press("m")
        await until(pilot, lambda: "◆ no baseline" in screen_text(pilot))


async def test_two_models_are_compared_on_their_tasks_as_the_command_line_says(measured):
    (row,) = (told := said(measured, "compare", "tiny", "other"))["tasks"]
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await models_compared(pilot)
        shown = screen_text(pilot)
        difference = row["found"]["paired"]["difference"]
        assert f"{difference['estimate']:+.3f} [{difference['low']:+.3f}, {difference['high']:+.3f}]" in shown
        assert f"{row['adjusted']:.3f}" in shown
        assert told["verdict"] in shown
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))


async def models_compared(pilot):
    """other with tiny as the baseline."""
    await go(pilot, "right", "m", "left", "c")
    await until(
        pilot, lambda: isinstance(pilot.app.screen, CompareModelsScreen) and "above guessing" in screen_text(pilot)
    )


async def test_flipped_items_are_those_against_a_chosen_run(measured):
    flipped = {item["item_id"] for item in said(measured, "compare", made.TINY, made.OTHER)["flipped"]}
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await task(pilot, "G", "enter")
        await until(pilot, lambda: "all items: 24 of 24" in screen_text(pilot))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickScreen))
        at = next(at for at in range(table(pilot).count) if str(table(pilot).row(at).key).startswith("run 3 "))
        table(pilot).move_to(at)
        await pilot.press("enter")
        await until(pilot, lambda: f"flipped against run 3: {len(flipped)} of 24" in screen_text(pilot))
        assert {table(pilot).row(at).key for at in range(len(flipped))} == flipped


async def test_e_puts_an_item_into_the_rating_queue_once(measured):
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await task(pilot, "G", "enter")
        await until(pilot, lambda: "all items: 24 of 24" in screen_text(pilot))
        await pilot.press("e")
        await until(pilot, lambda: "Put in batch" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BenchItemScreen))
        await pilot.press("e")
        await until(pilot, lambda: "It is in batch" in screen_text(pilot))
        (batch,) = batches.all_batches(measured)
        (queued,) = batches.items(measured, batch.id)
        (prompt,) = prompts.by_ids(measured, [queued.prompt_id]).values()
        assert prompt.evaluation_only


async def test_an_item_shows_its_tokens_with_their_log_probabilities(measured):
    item = items_of(measured, made.TINY)[0]
    tokens = runs.tokens(measured, made.TINY, item["item_id"])
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await task(pilot, "G", "enter")
        await until(pilot, lambda: "all items: 24 of 24" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BenchItemScreen))
        for at, logprob in enumerate(item["logprobs"]):
            assert sum(value for _, value in tokens[at]) == pytest.approx(logprob, abs=1e-4)
            assert "".join(text for text, _ in tokens[at]).strip() == item["choices"][at].strip()
        text = pilot.app.screen.query_one(Reader).text
        assert f"{tokens[0][0][0].strip()} {tokens[0][0][1]:.2f}" in text


async def test_a_run_that_another_screen_opens_is_one_enter_away_from_an_item(measured):
    app = WorkbenchApp(measured, "ada")
    async with app.run_test(size=SMALL) as pilot:
        app.show_run(made.TINY)
        await until(pilot, lambda: "all items: 24 of 24" in screen_text(pilot))
        assert "Run 1 · tiny · multiple_choice · 0.417 [0.245, 0." in screen_text(pilot)  # 10 of 24
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))


async def test_a_row_that_is_left_at_once_leaves_no_look_at_it_behind(measured):
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await task(pilot)
        with warnings.catch_warnings(record=True) as said_so:
            warnings.simplefilter("always")
            for _ in range(2):  # of the two looks the first is given up before it begins
                pilot.app.screen._show_focused()
            await pilot.pause(0.1)
            gc.collect()
        assert not [str(one.message) for one in said_so if "never awaited" in str(one.message)]


def test_the_verdict_on_two_runs_is_printed_whole(measured):
    found = said(measured, "compare", made.TINY, made.OTHER)
    printed = CliRunner().invoke(
        cli, ["--workspace", str(measured.workspace.root), "compare", str(made.TINY), str(made.OTHER)]
    )
    assert printed.stdout.endswith(f"\n{found['verdict']}\n")

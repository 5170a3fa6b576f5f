"""Home: what is known of each model, and the next step."""

from __future__ import annotations

import answered_runs
import evaluated
import workspaces
from pilots import SMALL, opened, screen_text, until

from workbench.spec import JobSpec
from workbench.store import jobs, summaries
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.data import DataScreen
from workbench.tui.screens.form import FormScreen
from workbench.tui.screens.home import HomeScreen
from workbench.tui.screens.jobs import JobsScreen
from workbench.tui.screens.pick import PickScreen
from workbench.tui.screens.rate import RateScreen
from workbench.tui.screens.round import RoundScreen
from workbench.tui.widgets.table import Table


async def test_empty_workspace_says_what_to_do(empty):
    async with WorkbenchApp(empty, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        shown = screen_text(pilot)
        assert "There is no model here yet." in shown
        assert "n fetch smollm2" in shown


async def test_a_missing_value_is_a_dash(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        row = next(line for line in screen_text(pilot).splitlines() if "▸ smollm2" in line)
        assert row.split() == ["▸", "smollm2", "–", "–", "–", "–"]  # benchmark, stress, bias, rated


async def test_ratings_of_others_appear_without_a_key(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        with workspaces.open_store(filled.workspace) as other:
            # prompt 1: means 4 and 2 -> 3; prompt 2: 5 -> mean of prompts 4.00, and n = 2 is too few for an interval
            workspaces.rate(other, [4, 4, 4, 2, 2, 2, 5, 5, 5])
        await until(pilot, lambda: "4.00 (n 2)" in screen_text(pilot))


async def test_next_step_opens_what_it_names(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        assert "rate 8 answers" in screen_text(pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, RateScreen))


async def test_next_step_of_an_empty_workspace_is_the_form_that_fetches(empty):
    async with WorkbenchApp(empty, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        assert "smollm2" in screen_text(pilot)


async def test_enter_shows_the_model_and_esc_returns_to_its_row(filled):
    first = workspaces.models.by_name(filled, "smollm2")
    workspaces.model(filled, "smollm2-dpo-1", parent=first)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RoundScreen) and "lineage" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "smollm2-dpo-1 ← smollm2" in screen_text(pilot))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))
        assert pilot.app.screen.query_one(Table).cursor == 1


async def test_a_running_job_shows_its_progress(filled):
    job = jobs.enqueue(filled, JobSpec("generate", {}), "heavy", "generate smollm2 · prompts")
    jobs.claim(filled, "heavy", 1, 1.0, "elsewhere")
    jobs.progress(filled, job.id, 6, 24, "", 0.1)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        line = next(line for line in screen_text(pilot).splitlines() if line.strip().startswith("job 1"))
        assert "██······" in line  # 6/24 of 8 cells
        assert "6/24" in line
        assert "3 min 0 s left" in line  # 18 rows at 0.1 a second


async def test_letters_switch_and_keep_the_row(filled):
    workspaces.model(filled, "other")
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("j", "w")
        await until(pilot, lambda: isinstance(pilot.app.screen, JobsScreen))
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, DataScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))
        assert pilot.app.screen.query_one(Table).cursor == 1


async def test_esc_never_quits(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("escape", "escape")
        assert pilot.app.is_running


async def test_q_quits(filled):
    app = WorkbenchApp(filled, "ada")
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("q")
    assert not app.is_running
    assert app.return_code == 0


async def test_several_open_batches_are_offered(filled):
    workspaces.batch(filled, workspaces.answers(filled, workspaces.model(filled, "other")), name="second")
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RateScreen))
        assert pilot.app.screen.batch_id == 2  # the newest stands first


async def test_filter_shows_the_rows_that_hold_the_words_and_a_count(filled):
    workspaces.model(filled, "other")
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("slash", *"oth")
        await until(pilot, lambda: "1 of 2" in screen_text(pilot))
        assert "smollm2" not in "".join(line for line in screen_text(pilot).splitlines() if "▸" in line)
        await pilot.press("escape")
        assert pilot.app.screen.query_one(Table).count == 2


async def test_palette_runs_an_action(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("colon")
        await pilot.pause(0.2)
        await pilot.press(*"theme light")
        await pilot.pause(0.4)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.theme == "light")


async def test_what_was_counted_is_kept_for_the_next_look(filled):
    workspaces.rate(filled, [4, 4, 4])
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await until(pilot, lambda: summaries.kept(filled, "ada"))
    assert summaries.kept(filled, "ada").current(filled)


async def test_a_benchmark_names_its_task_and_metric(filled):
    evaluated.bench(filled, workspaces.models.by_name(filled, "smollm2"), [1, 0] * 5)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await until(pilot, lambda: "benchmarks multiple_choice (accuracy)" in screen_text(pilot))
        assert "▸ smollm2" in next(line for line in screen_text(pilot).splitlines() if " .50 .2" in line)


async def test_benchmarks_of_two_lineages_are_told_apart_by_a_mark(filled):
    evaluated.bench(filled, workspaces.models.by_name(filled, "smollm2"), [1, 0] * 5)
    answered_runs.scored(filled, [30.0] * 4, "perplexity", model="other", higher_is_better=False)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        named = "benchmarks ¹multiple_choice (accuracy) · ²by perplexity (perplexity, lower"
        await until(pilot, lambda: named in screen_text(pilot))
        assert ("¹.50 " in screen_text(pilot), "²30 30–30" in screen_text(pilot)) == (True, True)


async def test_a_verdict_is_shown_whole_at_80_columns(filled):
    first = workspaces.models.by_name(filled, "smollm2")
    second = workspaces.model(filled, "smollm2-dpo-1", parent=first)
    for model in (first, second):
        evaluated.bench(filled, model, [1, 0] * 20)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("j")
        await until(pilot, lambda: "against smollm2" in screen_text(pilot))
        words = " ".join(screen_text(pilot).split())
        assert "No difference can be seen with n 40: one of" in words
        assert "or more would have shown (80 % power)." in words


async def test_pairs_are_not_counted_as_answers_to_rate(tmp_path):
    with workspaces.empty(tmp_path / "ws") as store:
        workspaces.pairs(store, workspaces.answers(store, workspaces.model(store)))
        async with WorkbenchApp(store, "ada").run_test(size=SMALL) as pilot:
            await opened(pilot)
            assert "1 open batch, 4 pairs to compare: v" in screen_text(pilot)
            assert "to rate: r" not in screen_text(pilot)

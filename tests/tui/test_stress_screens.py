"""Stress: what perturbations did, row by row and item by item, with the numbers of the command line."""

from __future__ import annotations

import measured as made
from pilots import LARGE, SMALL, screen_text, until
from test_bench_screens import items_of, said

from workbench.store import models, runs
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.screens.form import FieldRow, FormScreen
from workbench.tui.screens.stress import StressScreen
from workbench.tui.screens.stress_items import StressItemsScreen
from workbench.tui.screens.stress_report import StressReportScreen
from workbench.tui.widgets.table import Table


def report(store):
    return said(store, "stress", "report", made.OTHER)


def table(pilot):
    return pilot.app.screen.query_one(Table)


def words(pilot):
    return " ".join(screen_text(pilot).split())


async def opened_report(pilot, *keys):
    """The report of `other`, then these keys."""
    await pilot.press("s")
    await until(pilot, lambda: isinstance(pilot.app.screen, StressScreen) and table(pilot).count)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, StressReportScreen) and table(pilot).count)
    await pilot.press(*keys)


async def opened_items(pilot, row):
    await opened_report(pilot, *"j" * row, "enter")
    await until(
        pilot, lambda: isinstance(pilot.app.screen, StressItemsScreen) and "changed items" in screen_text(pilot)
    )


async def test_without_a_report_it_says_what_to_do(empty):
    async with WorkbenchApp(empty, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: "No model has been put under stress here yet." in screen_text(pilot))


async def test_a_clean_run_with_perturbed_ones_is_listed_and_no_other(measured):
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: isinstance(pilot.app.screen, StressScreen) and table(pilot).count)
        assert table(pilot).count == 1
        assert [cell.text for cell in table(pilot).row(0).cells[:4]] == ["3", "other", "multiple_choice", "24"]
        assert table(pilot).row(0).cells[5].text == "6"  # three perturbations at two severities


async def test_a_run_that_is_not_finished_is_counted_as_such(measured):
    clean = runs.by_id(measured, made.OTHER)
    task, model = runs.task(measured, clean.task_id), models.by_name(measured, "other")
    runs.begin(measured, model.id, "-", task, {"perturbation": "new"}, clean.settings, clean.items, 1)
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await opened_report(pilot)
        assert "! 1 more not finished" in screen_text(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "6/7" in screen_text(pilot))


async def test_every_number_of_a_row_is_the_command_lines(measured):
    told = report(measured)
    async with WorkbenchApp(measured, "ada").run_test(size=LARGE) as pilot:
        await opened_report(pilot)
        for at, row in enumerate(told["rows"]):
            shown = [cell.text for cell in table(pilot).row(at).cells]
            if not row["changed"]:
                assert (shown[1], shown[5]) == ("0/24", "nothing changed")
                continue
            paired, difference = row["paired"], row["paired"]["difference"]
            change = f"{difference['estimate']:+.3f} [{difference['low']:+.3f}, {difference['high']:+.3f}]"
            assert shown[:4] == [
                row["variant"],
                f"{row['changed']}/24",
                f"{paired['first']:.3f}",
                f"{paired['second']:.3f}",
            ]
            assert shown[5:] == [
                change, f"{paired['gained']} / {paired['lost']}", f"{row['p']:.3f}", f"{row['flip_rate']:.3f}",
                f"{row['drop']:.3f}",
            ]  # fmt: skip
        assert f"asking the clean items again flips {told['floor']:.3f} of the answers" in words(pilot)
        assert told["verdict"] in words(pilot)


async def test_at_80_columns_the_row_in_focus_tells_what_the_table_leaves_out(measured):
    told = report(measured)["rows"][1]
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await opened_report(pilot, "j")
        paired = told["paired"]
        await until(pilot, lambda: f"{told['variant']}: {told['changed']} of 24 items changed" in words(pilot))
        for said_so in (
            f"clean {paired['first']:.3f}, perturbed {paired['second']:.3f}, PDR {told['drop']:.3f}",
            f"✗ {paired['lost']} right → wrong, ✓ {paired['gained']} wrong → right; flip rate {told['flip_rate']:.3f}",
            told["verdict"],
        ):
            assert said_so in words(pilot)


async def test_a_perturbation_that_changes_nothing_says_so_instead_of_a_number(measured):
    unchanged = next(at for at, row in enumerate(report(measured)["rows"]) if not row["changed"])
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await opened_report(pilot, *"j" * unchanged)
        await until(pilot, lambda: "Nothing changed: this leaves every item as it is." in screen_text(pilot))
        assert "nan" not in screen_text(pilot)


async def test_changed_items_come_with_those_of_another_answer_first(measured):
    row = report(measured)["rows"][1]
    clean, perturbed = ({one["item_id"]: one for one in items_of(measured, run)} for run in (made.OTHER, row["run"]))
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await opened_items(pilot, 1)
        listed = [table(pilot).row(at) for at in range(table(pilot).count)]
        assert {one.key for one in listed} == {key for key, one in perturbed.items() if one["changed"]}
        flipped = [perturbed[one.key]["answer"] != clean[one.key]["answer"] for one in listed]
        assert flipped == sorted(flipped, reverse=True)
        assert flipped.count(True) == round(row["flip_rate"] * row["changed"]) > 0
        signs = [one.cells[1].text for one in listed]
        assert (signs.count("✗ lost"), signs.count("✓ gained")) == (row["paired"]["lost"], row["paired"]["gained"])


async def test_an_item_shows_both_prompts_with_what_differs_and_both_answers(measured):
    row = report(measured)["rows"][1]
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await opened_items(pilot, 1)
        key = table(pilot).current.key
        clean, perturbed = (
            next(one for one in items_of(measured, run) if one["item_id"] == key) for run in (made.OTHER, row["run"])
        )
        await pilot.press("enter")
        await until(
            pilot, lambda: isinstance(pilot.app.screen, DetailScreen) and "perturbed prompt" in screen_text(pilot)
        )
        plain = words(pilot).replace("«", "").replace("»", "")
        assert " ".join(clean["context"].split()) in plain
        assert " ".join(perturbed["context"].split()) in plain
        assert "«" in screen_text(pilot).split("perturbed prompt")[1]
        for at in range(4):
            assert f"{clean['logprobs'][at]:.3f} {perturbed['logprobs'][at]:.3f}" in words(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, StressItemsScreen))
        assert table(pilot).current.key == key


async def test_esc_goes_back_to_the_row_of_the_report(measured):
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await opened_items(pilot, 1)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, StressReportScreen))
        assert table(pilot).cursor == 1
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, StressScreen))


async def test_the_filter_finds_words_of_the_clean_or_the_perturbed_text(measured):
    row = report(measured)["rows"][1]
    both = [items_of(measured, run) for run in (made.OTHER, row["run"])]
    texts = {}
    for one in (one for items in both for one in items):
        texts[one["item_id"]] = f"{texts.get(one['item_id'], '')} {one['context']} {one['choices']}".lower()
    held = sum("ice" in texts[one["item_id"]] for one in both[1] if one["changed"])
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await opened_items(pilot, 1)
        await pilot.press("slash", *"ice")
        await until(pilot, lambda: f"changed items: {held} of {row['changed']}" in screen_text(pilot))


async def test_a_new_stress_starts_from_the_row_in_focus(measured):
    async with WorkbenchApp(measured, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: isinstance(pilot.app.screen, StressScreen) and table(pilot).count)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen) and pilot.app.screen.query(FieldRow))
        filled = {row.field.name: row.input.value for row in pilot.app.screen.query(FieldRow)}
        assert (pilot.app.screen.kind, filled["model"], filled["task"]) == ("stress", "other", "multiple_choice")

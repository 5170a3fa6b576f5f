"""Versus: two answers in sight, one key, saved before it counts."""

from __future__ import annotations

import pytest
import workspaces
from pilots import LARGE, SMALL, events, press_saved, readable, screen_text, until

from workbench.rating.versus import VersusSession
from workbench.records import BatchSettings
from workbench.store import open_store
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.home import HomeScreen
from workbench.tui.screens.versus import VersusScreen


@pytest.fixture
def compared(tmp_path):
    """Four prompts with two answers each, to be compared."""
    with workspaces.empty(tmp_path / "ws") as store:
        workspaces.pairs(store, workspaces.answers(store, workspaces.model(store)))
        yield store


def versus(store, size=SMALL):
    return WorkbenchApp(store, "ada", "versus", 1).run_test(size=size)


def place(pilot):
    return pilot.app.screen._view.place


async def test_both_answers_and_what_the_keys_mean_are_in_sight_at_80x24(compared):
    async with versus(compared) as pilot:
        screen = await readable(pilot)
        shown = screen_text(pilot)
        for words in (
            "Because it is cold.", "Leaves hold a green pigment", "pair 1 of 4", "0/4 judged", "1 answer 1 is better",
            "4 both bad",
        ):  # fmt: skip
            assert words in shown
        left, right = (screen.query_one(f"#{side}").region for side in ("left", "right"))
        assert (left.x, left.bottom < right.y) == (right.x, True)  # one above the other
        assert min(left.height, right.height) >= 6


async def test_they_stand_side_by_side_where_there_is_room(compared):
    async with versus(compared, LARGE) as pilot:
        screen = await readable(pilot)
        left, right = (screen.query_one(f"#{side}").region for side in ("left", "right"))
        assert (left.y, left.right <= right.x, left.width >= 55) == (right.y, True, True)


@pytest.mark.parametrize(("key", "outcome"), [("1", "left"), ("2", "right"), ("3", "tie"), ("4", "both_bad")])
async def test_a_digit_says_which_is_better_and_goes_on(compared, key, outcome):
    async with versus(compared) as pilot:
        await readable(pilot)
        shown = place(pilot)
        await press_saved(pilot, key)
        assert "pair 2 of 4" in screen_text(pilot)
    row = compared.one("SELECT left_id, right_id, outcome FROM comparisons")
    assert tuple(row) == (shown.left.id, shown.right.id, outcome)


async def test_a_digit_without_a_meaning_does_nothing(compared):
    async with versus(compared) as pilot:
        await readable(pilot)
        await pilot.press("5", "q", "h", "v", "w")
        assert isinstance(pilot.app.screen, VersusScreen)
    assert events(compared) == 0


async def test_a_digit_before_the_texts_could_be_read_is_kept_but_not_applied(compared):
    async with versus(compared) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, VersusScreen) and pilot.app.screen._view)
        await pilot.press("1")
        await until(pilot, lambda: "was not applied" in screen_text(pilot))
        assert "pair 1 of 4" in screen_text(pilot)
    assert compared.value("SELECT kind FROM judgments") == "too_fast"


async def test_undo_skip_flag_and_note_work_as_on_rate(compared):
    async with versus(compared) as pilot:
        await press_saved(pilot, "1")
        await press_saved(pilot, "u")
        await press_saved(pilot, "f")
        assert "answer 1 · flagged" in screen_text(pilot)
        await press_saved(pilot, "space")
        assert "pair 2 of 4" in screen_text(pilot)
    kinds = [row[0] for row in compared.read("SELECT kind FROM judgments ORDER BY id")]
    assert kinds == ["comparison", "undo", "flag", "skip"]


async def test_a_failed_write_is_shown_at_once_and_can_be_tried_again(compared):
    async with versus(compared) as pilot:
        screen = await readable(pilot)
        screen._thread._thread._store.connection.execute("PRAGMA query_only=ON")
        await pilot.press("3")
        await until(pilot, lambda: "NOT SAVED" in screen_text(pilot))
        await pilot.press("1")
        await until(pilot, lambda: "key 1 not taken" in screen_text(pilot))
        screen._thread._thread._store.connection.execute("PRAGMA query_only=OFF")
        await pilot.press("enter")
        await until(pilot, lambda: "saved: tie" in screen_text(pilot))
    assert [tuple(row) for row in compared.read("SELECT kind, outcome FROM judgments")] == [("comparison", "tie")]


async def test_differences_are_marked_in_both_and_only_on_a_key(tmp_path):
    texts = "Because the days grow short.", "Because the nights grow short."
    with workspaces.empty(tmp_path / "ws") as store:
        workspaces.pairs(store, workspaces.answers(store, workspaces.model(store), ["Why?"], texts))
        async with versus(store) as pilot:
            await readable(pilot)
            assert "«" not in screen_text(pilot)
            await pilot.press("x")
            await until(pilot, lambda: "«days»" in screen_text(pilot) and "«nights»" in screen_text(pilot))
            await pilot.press("x")
            await until(pilot, lambda: "«" not in screen_text(pilot))


@pytest.fixture
def long_ones(tmp_path):
    """Two pairs of answers of forty lines each."""
    with workspaces.empty(tmp_path / "ws") as store:
        texts = tuple("\n".join(f"{name} line {n}" for n in range(1, 41)) for name in ("one", "two"))
        workspaces.pairs(store, workspaces.answers(store, workspaces.model(store), ["Why?", "How?"], texts))
        yield store


def first_lines(pilot):
    return tuple(reader.in_sight[0] for reader in pilot.app.screen.readers())


async def test_both_answers_scroll_until_tab_chooses_one(long_ones):
    async with versus(long_ones) as pilot:
        await readable(pilot)
        await pilot.press("j")
        assert (first_lines(pilot), "tab: alone" in screen_text(pilot)) == ((2, 2), True)
        await pilot.press("tab", "j")
        assert (first_lines(pilot), "alone, tab: answer 2" in screen_text(pilot)) == ((3, 2), True)
        await pilot.press("tab", "j", "j")
        assert (first_lines(pilot), "alone, tab: both" in screen_text(pilot)) == ((3, 4), True)
        await pilot.press("tab", "k")
        assert first_lines(pilot) == (2, 3)


async def test_the_answer_that_scrolls_alone_takes_room_from_the_other(long_ones):
    async with versus(long_ones) as pilot:
        left, right = (await readable(pilot)).readers()
        before = left.size.height
        await pilot.press("tab")
        await pilot.pause()
        assert (left.size.height, right.size.height) == (2 * before - 3, 3)
        await pilot.press("tab")
        await pilot.pause()
        assert (left.size.height, right.size.height) == (3, 2 * before - 3)


async def test_side_by_side_both_keep_their_room(long_ones):
    async with versus(long_ones, LARGE) as pilot:
        left, right = (await readable(pilot)).readers()
        await pilot.press("tab", "j")
        await pilot.pause()
        assert (first_lines(pilot), left.size.height) == ((2, 1), right.size.height)


@pytest.mark.parametrize("size", [(100, 30), LARGE])
async def test_the_number_of_the_pair_is_not_cut_off_side_by_side(long_ones, size):
    async with versus(long_ones, size) as pilot:
        await readable(pilot)
        await pilot.press("tab", "tab")
        await until(pilot, lambda: "▸ answer 2" in screen_text(pilot) or "tab: both" in screen_text(pilot))
        assert "pair 1 of 2 ──" in screen_text(pilot)


async def test_the_next_pair_scrolls_together_again(long_ones):
    async with versus(long_ones) as pilot:
        await readable(pilot)
        await pilot.press("tab", "j")
        await press_saved(pilot, "1")
        await pilot.press("j")
        assert first_lines(pilot) == (2, 2)


async def test_tab_is_not_named_where_all_is_in_sight(compared):
    async with versus(compared, LARGE) as pilot:
        await readable(pilot)
        assert "tab:" not in screen_text(pilot)


async def test_no_model_name_is_shown(compared):
    async with versus(compared) as pilot:
        await readable(pilot)
        assert "smollm2" not in screen_text(pilot)


async def test_after_the_last_pair_a_summary(compared):
    session = VersusSession.open(compared, 1, "ada")
    for outcome in ("left", "left", "tie"):
        session.commit(compared, session.compare(session.place(), outcome, "2026-01-01T00:00:00.000Z", 900))
    async with versus(compared) as pilot:
        await press_saved(pilot, "4")
        shown = screen_text(pilot)
        assert "4 pairs compared, 0 skipped" in shown
        assert ["pairs", "2", "0", "1", "1"] in [line.split() for line in shown.splitlines()]
        await press_saved(pilot, "u")
        assert "pair 4 of 4" in screen_text(pilot)


async def test_v_opens_the_batch_of_pairs_and_r_the_other(compared):
    workspaces.batch(compared, workspaces.answers(compared, workspaces.model(compared, "other")))
    async with WorkbenchApp(compared, "ada").run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))
        await pilot.press("v")
        await until(pilot, lambda: "pair 1 of 4" in screen_text(pilot))
        await pilot.press("escape", "r")
        await until(pilot, lambda: "answer 1 of 2" in screen_text(pilot))


async def test_what_another_rater_lets_go_comes_here(tmp_path):
    with workspaces.empty(tmp_path / "ws") as store, open_store(store.workspace) as theirs:
        made = workspaces.answers(store, workspaces.model(store), ["Only one?"])
        workspaces.pairs(store, made, BatchSettings("pairs", overlap=0.0, overlap_raters=2), raters_wanted=1)
        bob = VersusSession.open(theirs, 1, "bob")
        async with versus(store) as pilot:
            await until(pilot, lambda: "1 prompt of this batch is with other raters" in screen_text(pilot))
            bob.leave(theirs)
            await until(pilot, lambda: "pair 1 of 1" in screen_text(pilot))


async def test_leaving_lets_the_pair_go(compared):
    async with versus(compared) as pilot:
        await readable(pilot)
        assert compared.value("SELECT COUNT(*) FROM leases") == 1
        await pilot.press("escape")
        await until(pilot, lambda: compared.value("SELECT COUNT(*) FROM leases") == 0)

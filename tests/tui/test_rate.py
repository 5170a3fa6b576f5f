"""Rate: one key a criterion, saved before it counts."""

from __future__ import annotations

import asyncio

import workspaces
from pilots import SMALL, events, press_saved, readable, screen_text, until

from workbench.records import BatchSettings, NewItem
from workbench.store import batches, open_store, settings
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.confirm import ConfirmScreen
from workbench.tui.screens.export import ExportScreen
from workbench.tui.screens.home import HomeScreen
from workbench.tui.screens.rate import RateScreen


def rating(store):
    return WorkbenchApp(store, "ada", "rate", 1).run_test(size=SMALL)


async def test_opens_on_the_first_answer(filled):
    async with rating(filled) as pilot:
        await readable(pilot)
        shown = screen_text(pilot)
        for words in ("answer 1 of 2", "prompt 1 of 4", "0/8 judged", "▸ fluency –", workspaces.QUESTIONS[0]):
            assert words in shown


async def test_all_five_anchors_and_the_answer_are_in_sight_at_80x24(filled):
    async with rating(filled) as pilot:
        screen = await readable(pilot)
        shown = screen_text(pilot)
        for anchor in screen._thread.session.rubric.criteria[0].anchors:
            assert anchor in shown
        assert screen.query_one("#answer").size.height >= 8


async def test_a_digit_scores_and_advances(filled):
    async with rating(filled) as pilot:
        await press_saved(pilot, "4")
        shown = screen_text(pilot)
        assert "fluency 4" in shown
        assert "▸ coherence –" in shown
        assert "saved: fluency 4" in shown


async def test_the_last_criterion_advances_to_the_next_answer(filled):
    async with rating(filled) as pilot:
        for key in "435":
            await press_saved(pilot, key)
        assert "answer 2 of 2" in screen_text(pilot)
        assert "1/8 judged" in screen_text(pilot)


async def test_what_is_stored_is_what_was_on_screen(filled):
    async with rating(filled) as pilot:
        await press_saved(pilot, "4")
    row = filled.one("SELECT * FROM judgments")
    assert (row["kind"], row["criterion"], row["value"], row["position"], row["seq"]) == ("score", "fluency", 4, 0, 1)
    assert row["milliseconds"] >= 250
    assert row["shown_at"] < row["created_at"]


async def test_a_digit_before_the_text_could_be_read_is_kept_but_not_applied(filled):
    async with rating(filled) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, RateScreen) and pilot.app.screen._view)
        await pilot.press("5")
        await until(pilot, lambda: events(filled) == 1)
        await until(pilot, lambda: "was not applied" in screen_text(pilot))
        assert "▸ fluency –" in screen_text(pilot)
    assert filled.value("SELECT kind FROM judgments") == "too_fast"
    assert filled.value("SELECT COUNT(*) FROM ratings") == 0


async def test_the_next_criterion_of_the_same_answer_needs_no_wait(filled):
    async with rating(filled) as pilot:
        await press_saved(pilot, "4")
        await pilot.press("5")  # at once: the text has not changed
        await until(pilot, lambda: events(filled) == 2)
    assert [row[0] for row in filled.read("SELECT kind FROM judgments")] == ["score", "score"]


async def test_undo_takes_back_without_limit_and_across_answers(filled):
    async with rating(filled) as pilot:
        for key in ("4", "3", "5", "u", "backspace", "u"):
            await press_saved(pilot, key)
        assert "saved: fluency 4 taken back" in screen_text(pilot)
        assert "▸ fluency –" in screen_text(pilot)
        assert "answer 1 of 2" in screen_text(pilot)
        await pilot.press("u")
        await until(pilot, lambda: "nothing to undo" in screen_text(pilot))
    assert events(filled) == 6  # three scores and three undos


async def test_skip_goes_to_the_next_answer(filled):
    async with rating(filled) as pilot:
        await press_saved(pilot, "space")
        assert "answer 2 of 2" in screen_text(pilot)
    assert filled.value("SELECT kind FROM judgments") == "skip"


async def test_a_stray_letter_leaves_neither_the_item_nor_the_program(filled):
    async with rating(filled) as pilot:
        await readable(pilot)
        await pilot.press("q", "h", "t", "w", "d", "r", "x", "z")
        assert isinstance(pilot.app.screen, RateScreen)
        assert pilot.app.is_running
    assert events(filled) == 0


async def test_resumes_at_the_same_answer_with_the_same_partial_scores(filled):
    workspaces.rate(filled, [5, 4, 5, 2])
    async with rating(filled) as pilot:
        await readable(pilot)
        shown = screen_text(pilot)
        for words in ("resumed: 1 of 8", "answer 2 of 2", "fluency 2", "▸ coherence –"):
            assert words in shown


async def test_no_model_name_is_shown(filled):
    async with rating(filled) as pilot:
        await readable(pilot)
        assert "smollm2" not in screen_text(pilot)


async def test_after_the_last_answer_a_summary_and_the_next_step(filled):
    workspaces.rate(filled, [4] * 22)
    async with rating(filled) as pilot:
        for key in "32":
            await press_saved(pilot, key)
        shown = screen_text(pilot)
        assert "8 answers scored, 0 skipped" in shown
        # fluency: eight 4s; coherence: seven 4s and a 3; relevance: seven 4s and a 2
        rows = [line.split() for line in shown.splitlines()]
        assert ["fluency", "0", "0", "0", "8", "0"] in rows
        assert ["coherence", "0", "0", "1", "7", "0"] in rows
        assert ["relevance", "0", "1", "0", "7", "0"] in rows
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExportScreen))


async def test_undo_works_after_the_last_answer(filled):
    workspaces.rate(filled, [4] * 24)
    async with rating(filled) as pilot:
        await press_saved(pilot, "u")
        assert "▸ relevance –" in screen_text(pilot)


async def test_a_failed_write_is_shown_at_once_and_can_be_tried_again(filled):
    async with rating(filled) as pilot:
        screen = await readable(pilot)
        screen._thread._thread._store.connection.execute("PRAGMA query_only=ON")  # as a disk that turned read-only
        await pilot.press("4")
        await until(pilot, lambda: "NOT SAVED" in screen_text(pilot))
        await pilot.press("5")
        await until(pilot, lambda: "key 5 not taken" in screen_text(pilot))
        screen._thread._thread._store.connection.execute("PRAGMA query_only=OFF")
        await pilot.press("enter")
        await until(pilot, lambda: "saved: fluency 4" in screen_text(pilot))
    assert events(filled) == 1


async def test_what_to_do_about_a_failed_write_is_on_the_screen_whole(filled):
    async with rating(filled) as pilot:
        screen = await readable(pilot)
        screen._thread._thread._store.connection.execute("PRAGMA query_only=ON")
        await pilot.press("4")
        await until(pilot, lambda: "NOT SAVED" in screen_text(pilot))
        await pilot.press("3")
        await until(pilot, lambda: "key 3 not taken" in screen_text(pilot))
        told = " ".join(line.strip() for line in screen_text(pilot).splitlines())
        assert "is read-only; nothing was written. Check its permissions and its folder's." in told


async def test_leaving_asks_while_something_is_not_saved(filled):
    async with rating(filled) as pilot:
        screen = await readable(pilot)
        screen._thread._thread._store.connection.execute("PRAGMA query_only=ON")
        await pilot.press("4")
        await until(pilot, lambda: "NOT SAVED" in screen_text(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        assert "fluency 4" in screen_text(pilot)
        await pilot.press("enter")  # the default is no
        await until(pilot, lambda: pilot.app.screen is screen)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press("y")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))


async def test_a_held_lock_is_named_and_stops_no_key(filled):
    with open_store(filled.workspace) as other:
        async with rating(filled) as pilot:
            await readable(pilot)
            other.lock.acquire()
            await pilot.press("4")
            await until(pilot, lambda: "saving…" in screen_text(pilot))
            await pilot.press("3")
            await until(pilot, lambda: "key 3 not taken" in screen_text(pilot))
            await until(pilot, lambda: "is held by process" in screen_text(pilot))  # after 2 s
            other.lock.release()
            await until(pilot, lambda: "saved: fluency 4" in screen_text(pilot))
    assert events(filled) == 1


async def test_leaving_while_a_write_waits_does_not_lose_it(filled):
    with open_store(filled.workspace) as other:
        async with rating(filled) as pilot:
            await readable(pilot)
            other.lock.acquire()
            await pilot.press("4", "escape")
            await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))
            other.lock.release()
            await until(pilot, lambda: events(filled) == 1)


def asked(folder, question, *texts):
    """A workspace in which one question was answered with these texts."""
    store = workspaces.empty(folder / "ws")
    workspaces.batch(store, workspaces.answers(store, workspaces.model(store), [question], texts))
    return store


LINES = "\n".join(f"line {number}" for number in range(1, 31))


async def test_prompt_folds_and_unfolds(tmp_path):
    with asked(tmp_path, LINES, "Yes.") as store:
        async with rating(store) as pilot:
            screen = await readable(pilot)
            heights = [screen.query_one("#prompt").size.height]
            for _ in range(3):
                await pilot.press("p")
                await pilot.pause(0.1)
                heights.append(screen.query_one("#prompt").size.height)
    # an eighth of 24 lines; 24 less 8 of the scale, 3 around and above, 1 saved, 4 of the answer; one; and again
    assert heights == [3, 8, 1, 3]


async def test_a_prompt_shown_whole_scrolls_and_hides_neither_scale_nor_keys(tmp_path):
    with asked(tmp_path, LINES, "Yes.") as store:
        async with rating(store) as pilot:
            await readable(pilot)
            await pilot.press("p", "down", "down")
            await until(pilot, lambda: "lines 3–10 of 30 ↓ · p folds it" in screen_text(pilot))
            for words in ("line 10 ", " 5  Nothing to correct", "? help", "Yes."):
                assert words in screen_text(pilot)
            await pilot.press("p")
            await until(pilot, lambda: "1 of 30 lines · p shows it" in screen_text(pilot))
            assert "line 1 " in screen_text(pilot)


async def test_a_prompt_that_fits_folds_to_one_line_at_once(tmp_path):
    with asked(tmp_path, "Why?\nSay it in short.", "Yes.") as store:
        async with rating(store) as pilot:
            await readable(pilot)
            await pilot.press("p")
            await until(pilot, lambda: "Say it" not in screen_text(pilot))


async def test_a_long_answer_says_which_of_its_lines_are_shown(tmp_path):
    with asked(tmp_path, "Why?", LINES) as store:
        async with rating(store) as pilot:
            await readable(pilot)
            await until(pilot, lambda: "lines 1–10 of 30 ↓ · prompt 1 of 1" in screen_text(pilot))
            await pilot.press("j", "pagedown", "pagedown", "pagedown")
            await until(pilot, lambda: "lines 21–30 of 30 · prompt 1 of 1" in screen_text(pilot))


async def test_help_over_an_item_offers_no_way_out_of_it(filled):
    async with rating(filled) as pilot:
        await readable(pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: "score the criterion in focus" in screen_text(pilot))
        await pilot.press("h", "q", "4")
        await asyncio.sleep(0.1)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, RateScreen))
    assert events(filled) == 0


async def test_a_flag_is_shown_and_the_same_key_takes_it_back(filled):
    async with rating(filled) as pilot:
        await press_saved(pilot, "f")
        assert "answer 1 of 2 · flagged" in screen_text(pilot)
        await press_saved(pilot, "f")
        assert "· flagged" not in screen_text(pilot)
        assert "saved: flag taken back" in screen_text(pilot)


async def test_a_note_is_typed_in_one_line_and_digits_in_it_rate_nothing(filled):
    async with rating(filled) as pilot:
        await readable(pilot)
        await pilot.press("n", *"5 facts wrong")
        await until(pilot, lambda: "enter keep  esc drop" in screen_text(pilot))
        assert "score" not in screen_text(pilot).splitlines()[-1]
        await pilot.press("enter")
        await until(pilot, lambda: "note: 5 facts wrong" in screen_text(pilot))
        await press_saved(pilot, "4")  # the keys rate again
    rows = [tuple(row) for row in filled.read("SELECT kind, text FROM judgments ORDER BY id")]
    assert rows == [("note", "5 facts wrong"), ("score", None)]


async def test_a_long_note_leaves_room_for_what_stands_at_the_right(filled):
    async with rating(filled) as pilot:
        await readable(pilot)
        await pilot.press("n", *"the facts of this answer are made up, as far as one can see", "enter")
        await until(pilot, lambda: "note: the facts" in screen_text(pilot))
        assert "… ─ prompt 1 of 4 ──" in screen_text(pilot)


async def test_esc_leaves_the_note_and_not_the_answer(filled):
    async with rating(filled) as pilot:
        await readable(pilot)
        await pilot.press("n", "o", "h", "escape")
        await press_saved(pilot, "3")
        assert isinstance(pilot.app.screen, RateScreen)
    assert [row[0] for row in filled.read("SELECT kind FROM judgments")] == ["score"]


async def test_a_note_can_be_written_anew_from_the_one_that_stands(filled):
    async with rating(filled) as pilot:
        screen = await readable(pilot)
        await pilot.press("n", *"odd", "enter")
        await until(pilot, lambda: "note: odd" in screen_text(pilot) and screen._pending is None)
        await pilot.press("n", "!", "enter")
        await until(pilot, lambda: "note: odd!" in screen_text(pilot))


ALIKE = "Because the days grow short.\nThe tree stops making green.\nWhat was yellow all along is seen now."


async def test_differences_to_the_answer_beside_are_marked_on_a_key(tmp_path):
    with asked(tmp_path, "Why?", ALIKE, ALIKE.replace("short", "cold")) as store:
        async with rating(store) as pilot:
            screen = await readable(pilot)
            await pilot.press("x")
            await until(pilot, lambda: "answer 1 of 2 · «differs»" in screen_text(pilot))
            assert screen.query_one("#answer").text.splitlines()[0] in (
                "Because the days grow «short.»", "Because the days grow «cold.»",
            )  # fmt: skip
            for key in "333":
                await press_saved(pilot, key)
            assert "«" not in screen_text(pilot)  # the next answer is shown as it is


async def test_answers_with_little_in_common_are_said_to_differ_throughout(filled):
    async with rating(filled) as pilot:
        await readable(pilot)
        await pilot.press("x")
        await until(pilot, lambda: "nothing is marked: the answers differ throughout" in screen_text(pilot))
        assert "«" not in screen_text(pilot)


async def test_marking_the_differences_stays_where_one_reads(tmp_path):
    with asked(tmp_path, "Why?", LINES, LINES.replace("30", "thirty")) as store:
        async with rating(store) as pilot:
            await readable(pilot)
            await pilot.press("pagedown", "x")
            await until(pilot, lambda: "«differs»" in screen_text(pilot) and "lines 10–19 of 30" in screen_text(pilot))


async def test_a_lone_answer_has_nothing_to_be_compared_with(tmp_path):
    with workspaces.empty(tmp_path / "ws") as store:
        workspaces.batch(store, workspaces.answers(store, workspaces.model(store), ["Why?"], ["Because."]))
        async with rating(store) as pilot:
            await readable(pilot)
            await pilot.press("x")
            await until(pilot, lambda: "nothing is marked: there is no other answer" in screen_text(pilot))


async def test_pace_and_time_left_are_shown_after_a_few_answers(filled):
    async with rating(filled) as pilot:
        for number, key in enumerate("333" * 3):
            assert ("left" in screen_text(pilot).splitlines()[0]) == (number > 9)
            await press_saved(pilot, key)
        assert "3/8 judged · " in screen_text(pilot)
        assert " left" in screen_text(pilot).splitlines()[0]


async def test_a_break_is_reminded_of_and_rating_goes_on(filled):
    settings.put(filled, settings.BREAK_MINUTES, "0.001")
    async with rating(filled) as pilot:
        await press_saved(pilot, "4")
        reminder = "0 minutes without a break: look away (rate --break-after 0: never)"
        await until(pilot, lambda: reminder in screen_text(pilot))
        assert "saved: fluency 4" in screen_text(pilot)


async def test_the_reminder_can_be_switched_off(filled):
    settings.put(filled, settings.BREAK_MINUTES, "0")
    async with rating(filled) as pilot:
        await press_saved(pilot, "4")
        assert "without a break" not in screen_text(pilot)


async def test_time_away_does_not_count(filled, monkeypatch):
    monkeypatch.setattr("workbench.rating.attention.IDLE_SECONDS", 0.3)
    async with rating(filled) as pilot:
        await readable(pilot)
        await asyncio.sleep(1)
        await press_saved(pilot, "4")
    assert 300 <= filled.value("SELECT milliseconds FROM judgments") < 1000  # the key's own way comes on top


async def test_leaving_lets_the_item_go(filled):
    async with rating(filled) as pilot:
        await readable(pilot)
        assert filled.value("SELECT COUNT(*) FROM leases") == 1
        await pilot.press("escape")
        await until(pilot, lambda: filled.value("SELECT COUNT(*) FROM leases") == 0)


async def test_an_adjudicator_sees_what_others_gave(filled):
    workspaces.rate(filled, [5] * 24, "ada")
    workspaces.rate(filled, [2] * 24, "bob")
    batches.add(filled, "disputes", 1, 0, [NewItem(1, (1, 2), 1)], None, BatchSettings(adjudicates=1))
    async with WorkbenchApp(filled, "cat", "rate", 2).run_test(size=SMALL) as pilot:
        await readable(pilot)
        assert "▸ fluency – (given 2 5)   " in screen_text(pilot)


async def test_r_asks_before_it_opens_an_adjudication(filled):
    workspaces.rate(filled, [5] * 24, "ada")
    workspaces.rate(filled, [2] * 24, "bob")
    batches.add(filled, "disputes", 1, 0, [NewItem(1, (1, 2), 1)], None, BatchSettings(adjudicates=1))
    async with WorkbenchApp(filled, "ada", "home").run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "settle 2 answers" in screen_text(pilot))
        assert "Batch 2 has what raters of batch 1 disagree on." in screen_text(pilot)
        await pilot.press("r")
        await until(pilot, lambda: "Which batch?" in screen_text(pilot))

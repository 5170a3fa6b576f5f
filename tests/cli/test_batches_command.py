"""Batches from the command line: made, listed with pace, shown, and taken for gold."""

from __future__ import annotations

import given
import pytest
from command_line import workbench

from workbench.records import BatchSettings
from workbench.store import batches, gold, open_store, settings


@pytest.fixture
def rated(workspace):
    """Two prompts of two answers each, which ada has rated: 5 and 4 to the first, 5 and 1 to the second."""
    with open_store(workspace) as store:
        batch = given.batch(store, [["a", "b"], ["c", "d"]])
        given.rated(store, batch, {1: (5, 5, 5), 2: (5, 5, 4), 3: (5, 5, 5), 4: (1, 1, 1)})
    return workspace


def asked(workspace, *words):
    answer = workbench("--workspace", workspace.root, "--json", *words)
    assert answer.code == 0, answer.err
    return answer.json


def test_pairs_are_made_of_a_batch(rated):
    made = asked(rated, "batches", "make", "--batch", "1", "--seed", "3", "--overlap", "1", "--raters", "3")
    with open_store(rated) as store:
        batch = batches.by_id(store, made["batch"])
        assert (batch.mode, batch.seed, batch.overlap_raters) == ("pairs", 3, 3)
        assert [item.raters_wanted for item in batches.items(store, batch.id)] == [3, 3]


def test_ties_are_the_pairs_whose_ratings_were_close(rated):
    made = asked(rated, "batches", "make", "--batch", "1", "--mode", "ties")
    with open_store(rated) as store:
        assert [item.completions for item in batches.items(store, made["batch"])] == [
            (1, 2)
        ]  # a third of a point apart


def test_the_list_says_how_long_an_answer_takes_and_the_rest_will(workspace):
    with open_store(workspace) as store:
        batch = given.batch(store, [["a"], ["b"], ["c"], ["d"], ["e"]])
        given.judged(store, batch, dict.fromkeys((1, 2, 3), (3, 3, 3)))
        for number in (1, 2, 3):  # each answer's last key after 4 s, at a moment of its own
            given.say(
                store,
                batch,
                completion_id=number,
                item_id=number,
                milliseconds=4000,
                shown_at=f"2026-01-01T00:00:0{number}.000Z",
            )
    row = asked(workspace, "batches", "list", "--rater", "ada")[0]
    # 1 s for the nine first scores, which were all shown at once, and 3 x 4 s, over 3 answers
    assert (row["judged"], row["seconds_each"], row["seconds_left"]) == (
        3,
        pytest.approx(13 / 3),
        pytest.approx(26 / 3),
    )


def test_nothing_is_said_of_a_pace_nobody_has(rated):
    row = asked(rated, "rate", "--list", "--rater", "bob")[0]
    assert (row["judged"], row["seconds_each"], row["seconds_left"]) == (0, None, None)


def test_each_command_lists_its_own(rated):
    asked(rated, "batches", "make", "--batch", "1")
    assert [row["mode"] for row in asked(rated, "rate", "--list")] == ["ratings"]
    assert [row["mode"] for row in asked(rated, "versus", "--list")] == ["pairs"]
    assert [row["id"] for row in asked(rated, "batches", "list")] == [2, 1]


def test_a_batch_is_shown_with_who_did_how_much(workspace):
    with open_store(workspace) as store:
        judged = BatchSettings(overlap=1.0, overlap_raters=2)
        given.rated(store, given.batch(store, [["a"], ["b"]], judged=judged), {1: (3, 3, 3), 2: (3, 3, 3)})
    found = asked(workspace, "batches", "show", "1", "--rater", "bob")
    assert (found["items"], found["shared"], found["overlap_raters"]) == (2, 2, 2)
    # two answers on three criteria
    none = {"too_fast": 0, "flags": 0, "notes": 0}
    assert found["raters"] == [{"rater": "ada", "items": 2, "digits": 6, **none}]
    assert found["remarks"] == []


def test_flags_notes_and_what_came_too_fast_are_shown_and_lead_to_the_judgments(rated):
    with open_store(rated) as store:
        batch = batches.by_id(store, 1)
        unscored = {"criterion": None, "value": None}
        given.say(store, batch, kind="flag", completion_id=1, item_id=1, **unscored)
        given.say(store, batch, kind="note", completion_id=1, item_id=1, text="made up", **unscored)
        given.say(store, batch, kind="too_fast", completion_id=1, item_id=1, value=4)
    show = ("batches", "show", "1")
    (ada,) = asked(rated, *show)["raters"]
    # four answers on three criteria, and the digit that was not applied
    assert (ada["flags"], ada["notes"], ada["too_fast"], ada["digits"]) == (1, 1, 1, 13)
    assert "2 done, 1 flag, 1 note, 1 of 13 digits too fast" in workbench("--workspace", rated.root, *show).out
    assert [one["said"] for one in asked(rated, *show, "--remarks")] == ["flag", "note: made up", "too fast: 4"]


@pytest.mark.parametrize("mode", ["pairs", "ties"])
def test_gold_among_pairs_is_refused_and_none_is_stored_without_asking(rated, mode):
    make = ("batches", "make", "--batch", "1", "--mode", mode)
    answer = workbench("--workspace", rated.root, *make, "--gold", "0.1")
    assert (answer.code, f"gold: 0.1 of {mode} is not possible" in answer.err) == (2, True)
    made = asked(rated, *make)["batch"]
    ratings = asked(rated, "batches", "make", "--batch", "1", "--mode", "ratings")["batch"]
    with open_store(rated) as store:
        shares = [store.value("SELECT gold FROM batches WHERE id = ?", (one,)) for one in (made, ratings)]
    assert shares == [0, 0.03]


def test_scores_of_one_rater_become_gold_once(rated):
    assert asked(rated, "batches", "gold", "1", "--rater", "ada") == {"answers": 4, "scores": 12}
    assert asked(rated, "batches", "gold", "1", "--rater", "ada") == {"answers": 4, "scores": 0}
    with open_store(rated) as store:
        assert gold.of_rubric(store, given.rubric_id(store))[4] == {"fluency": 1, "coherence": 1, "relevance": 1}


def mixed_in(workspace, *words):
    """The gold items of a batch to rate that is made with these words, by their answers."""
    made = asked(workspace, "batches", "make", "--mode", "ratings", "--gold", "0.5", "--repeats", "0", *words)
    with open_store(workspace) as store:
        return [item.completions for item in batches.items(store, made["batch"]) if item.gold]


def known(workspace, scores):
    """Ada knows the scores of these answers; another model has answered questions 1 to 5 twice, from answer 5 on."""
    with open_store(workspace) as store:
        given.batch(store, [[f"{n}a", f"{n}b"] for n in range(1, 6)], given.model(store, "other"))
        gold.add(store, given.rubric_id(store), scores, "ada")


def test_gold_is_mixed_in_with_as_many_answers_as_the_items_have(rated):
    known(rated, [(9, {"fluency": 5})])  # the first answer to question 3; half of two items is one gold item
    assert mixed_in(rated, "--batch", "1") == [(9, 10)]


def test_a_prompt_that_is_judged_anyway_is_no_gold_of_that_batch_and_that_is_said(rated):
    known(rated, [(1, {"fluency": 5}), (7, {"fluency": 4})])  # answers to questions 1 and 2
    assert mixed_in(rated, "--batch", "1") == []
    make = ("batches", "make", "--mode", "ratings", "--batch", "1", "--gold", "0.5")
    answer = workbench("--workspace", rated.root, *make)
    assert "gold: 0 of 1 items: of 2 prompts with known scores 2 would be told for gold" in answer.err


def test_gold_that_is_asked_for_and_cannot_be_is_never_left_out_in_silence(rated):
    make = ("batches", "make", "--mode", "ratings", "--batch", "1")
    assert "no answer has known scores yet" in workbench("--workspace", rated.root, *make, "--gold", "0.5").err
    assert "gold: 0.1 of 2 items is less than one." in workbench("--workspace", rated.root, *make, "--gold", "0.1").err
    assert "gold" not in workbench("--workspace", rated.root, *make).err


def test_gold_of_too_few_answers_says_how_many_there_are(rated):
    known(rated, [(13, {"fluency": 5})])  # to question 5
    with open_store(rated) as store:
        given.batch(store, [[f"{n}x", f"{n}y"] for n in range(1, 5)], given.model(store, "third"))
    make = ("batches", "make", "--mode", "ratings", "--gold", "0.5")
    assert "gold:" not in workbench("--workspace", rated.root, *make, "--batch", "1").err  # one of two items
    few = workbench("--workspace", rated.root, *make, "--model", "third")
    assert "gold: 1 of 2 items: no more than 1 prompt with known scores." in few.err


def test_gold_of_nobody_names_those_who_judged(rated):
    answer = workbench("--workspace", rated.root, "batches", "gold", "1", "--rater", "ad")
    assert (answer.code, "Unknown rater 'ad'. Did you mean ada" in answer.err) == (2, True)


def test_a_rubric_without_an_open_batch_is_refused(rated):
    answer = workbench("--workspace", rated.root, "rate", "--rater", "bob", "--rubric", "summary")
    assert (answer.code, "No open batch on the rubric summary is left to bob." in answer.err) == (2, True)


def test_the_reminder_is_switched_off_for_one_rater(rated):
    asked(rated, "rate", "--list", "--break-after", "0", "--rater", "bob")
    with open_store(rated) as store:
        assert [settings.break_minutes(store, rater) for rater in ("bob", "ada")] == [0, 45]


def test_disagreements_become_a_batch_of_whole_prompts(rated):
    with open_store(rated) as store:
        batch = batches.by_id(store, 1)
        given.rated(store, batch, {1: (5, 5, 4), 2: (5, 5, 4), 3: (5, 5, 5), 4: (1, 3, 1)}, "bob")
    made = asked(rated, "batches", "adjudicate", "--batch", "1")
    with open_store(rated) as store:
        items = batches.items(store, made["batch"])
        assert batches.by_id(store, made["batch"]).adjudicates == 1
    # coherence of answer 4 is 1 for ada and 3 for bob; nothing else is two points apart
    assert [(item.completions, item.raters_wanted) for item in items] == [((3, 4), 1)]
    assert asked(rated, "batches", "adjudicate", "--batch", "1", "--apart", "1")["items"] == 2


def test_without_a_disagreement_there_is_nothing_to_adjudicate(rated):
    answer = workbench("--workspace", rated.root, "batches", "adjudicate", "--batch", "1")
    assert (answer.code, "No two raters of batch 1 are 2 points apart." in answer.err) == (1, True)


PAIRS = BatchSettings(mode="pairs", overlap_raters=None)


@pytest.fixture
def compared(workspace):
    """Three pairs: ada and bob name other winners, a winner and a tie, and the same winner."""
    with open_store(workspace) as store:
        batch = given.batch(store, [["a", "b"], ["c", "d"], ["e", "f"]], judged=PAIRS)
        given.compared(store, batch, {1: 1, 2: 3, 3: 5}, "ada")
        given.compared(store, batch, {1: 2, 2: None, 3: 5}, "bob")
    return workspace


@pytest.mark.parametrize(("apart", "items"), [("2", [(1, 2)]), ("1", [(1, 2), (3, 4)])])
def test_pairs_with_other_winners_are_adjudicated_as_pairs(compared, apart, items):
    made = asked(compared, "batches", "adjudicate", "--batch", "1", "--apart", apart)
    with open_store(compared) as store:
        batch = batches.by_id(store, made["batch"])
        assert (batch.mode, batch.adjudicates) == ("pairs", 1)
        assert [item.completions for item in batches.items(store, batch.id)] == items


def test_the_next_command_is_that_of_the_pairs(compared):
    answer = workbench("--workspace", compared.root, "batches", "adjudicate", "--batch", "1")
    assert "1 disagreement in batch 2; next: workbench versus --batch 2 --rater NAME" in answer.out


def test_no_two_verdicts_on_a_pair_are_further_apart_than_two(compared):
    answer = workbench("--workspace", compared.root, "batches", "adjudicate", "--batch", "1", "--apart", "3")
    assert (answer.code, "No two verdicts on a pair are 3 apart. Give 2" in answer.err) == (2, True)

"""Perturbed runs beside their clean one."""

from __future__ import annotations

from math import isnan

import answered_runs
import pytest

from workbench.records import Generated
from workbench.store import runs
from workbench.store.runs import RERUN
from workbench.views.item_pairs import changed_items, item_pairs
from workbench.views.stress import reports, stress

TYPOS = {"perturbation": "typos", "severity": 0.1, "seed": 0}


def test_only_changed_items_count(store):
    clean = answered_runs.run(store, [0, 0, 0, 1])
    answered_runs.run(store, [1, 0, 1, 2], TYPOS, changed=[0, 1, 3])
    (row,) = stress(store, clean.id).rows
    # of the changed items: right, right, wrong; then wrong, right, wrong; two of three answers are other ones
    assert (row.n, row.changed, row.paired.lost, row.paired.gained) == (4, 3, 1, 0)
    assert (row.paired.first, row.paired.second) == (pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert (row.flip_rate, row.drop) == (pytest.approx(2 / 3), pytest.approx(1 / 2))


def test_a_perturbation_that_changes_nothing_has_no_numbers_but_words(store):
    clean = answered_runs.run(store, [0, 1])
    answered_runs.run(store, [0, 1], TYPOS)
    (row,) = stress(store, clean.id).rows
    assert all(isnan(value) for value in (row.paired.first, row.p, row.flip_rate, row.drop))
    assert row.verdict == "Nothing changed: this leaves every item as it is."


def test_a_visible_loss_is_named_row_by_row_and_together(store):
    clean = answered_runs.run(store, [0] * 8)
    answered_runs.run(store, [1] * 8, TYPOS, changed=range(8))
    answered_runs.run(store, [0] * 8, {**TYPOS, "perturbation": "case"}, changed=range(8))
    found = stress(store, clean.id)
    # 8 lost, none gained: p = 2 / 2^8 = .0078, twice that after Holm over two rows
    assert [row.p for row in found.rows] == [pytest.approx(2 * 2 / 2**8), 1.0]
    assert found.rows[0].verdict == "Worse (n 8, p 0.016 after Holm)."
    assert found.verdict == "Worse under 1 of 2: typos 0.1."


def test_where_no_loss_can_be_seen_it_says_what_could_have_been(store):
    clean = answered_runs.run(store, [0] * 8)
    answered_runs.run(store, [0] * 8, TYPOS, changed=range(8))
    found = stress(store, clean.id)
    assert found.rows[0].verdict.startswith("No difference can be seen with n 8: one of ")
    assert found.verdict == "None of 1 perturbation is seen to make it worse."


def test_scores_between_right_and_wrong_are_compared_as_they_are(store):
    clean = answered_runs.scored(store, [0.4] * 12, "rouge1")
    answered_runs.scored(store, [0.3, 0.1] * 6, "rouge1", TYPOS, range(12))
    (row,) = stress(store, clean.id).rows
    # all of them fall, none through a half: .4 becomes .2
    assert (row.paired.first, row.paired.second) == (pytest.approx(0.4), pytest.approx(0.2))
    assert (row.finding, row.verdict[:5]) == ("worse", "Worse")


def test_only_changed_items_count_whatever_the_metric(store):
    clean = answered_runs.scored(store, [0.4] * 12, "rouge1")
    answered_runs.scored(store, [0.4] + [0.2] * 11, "rouge1", TYPOS, [0])
    (row,) = stress(store, clean.id).rows
    assert (row.changed, row.paired.n, row.paired.difference.estimate) == (1, 1, 0.0)


def test_more_of_what_should_be_low_is_worse(store):
    clean = answered_runs.scored(store, [1.0, 1.1] * 8, "bits", higher_is_better=False)
    answered_runs.scored(store, [2.0, 2.2] * 8, "bits", TYPOS, range(16), higher_is_better=False)
    found = stress(store, clean.id)
    assert (found.rows[0].finding, found.verdict) == ("worse", "Worse under 1 of 1: typos 0.1.")


def test_what_was_not_kept_is_refused_in_words(store):
    clean = answered_runs.scored(store, [0.4] * 2, "rouge1")
    answered_runs.scored(store, [0.2] * 2, "rouge1", TYPOS, range(2))
    with store.write() as db:
        db.execute("UPDATE answers SET scores = '{}' WHERE run_id = 1")
    found = stress(store, clean.id)
    assert found.rows[0].verdict.startswith("Nothing can be said: What rouge1 takes from each item")
    assert isnan(found.rows[0].p)


def test_written_answers_flip_with_their_words(store):
    task = runs.add_task(store, "written", "1", {}, [{"q": text} for text in "ab"])
    items = runs.item_ids(store, task.id)
    for variant, texts in ((runs.CLEAN, "xy"), (TYPOS, "xz")):
        begun = runs.begin(store, answered_runs.asked(store, "small").id, "w", task, variant, {}, 2, None)
        runs.add_texts(
            store, begun.id, [(item, 0, Generated(text, 1, "stop")) for item, text in zip(items, texts, strict=True)]
        )
        answers = [runs.Answer(item, "q", (), None, None, bool(variant), {"acc": 1.0}) for item in items]
        runs.finish(store, begun.id, answers, {"acc": 1.0})
    (row,) = stress(store, 1).rows
    assert row.flip_rate == 0.5  # y became z


def test_the_noise_floor_is_the_share_of_other_answers_in_the_rerun(store):
    clean = answered_runs.run(store, [0, 0, 0, 1], settings={"dtype": "float32", "scoring_budget": 512})
    answered_runs.run(store, [0, 0, 0, 2], RERUN, settings={"dtype": "float32", "scoring_budget": 256})
    found = stress(store, clean.id)
    assert (found.floor, found.rows) == (0.25, ())


def test_a_run_computed_otherwise_is_not_the_clean_runs(store):
    clean = answered_runs.run(store, [0], settings={"dtype": "float32"})
    answered_runs.run(store, [0], TYPOS, settings={"dtype": "bfloat16"})
    assert stress(store, clean.id).rows == ()
    assert reports(store) == []


def test_reports_are_clean_runs_with_what_perturbs_them(store):
    answered_runs.run(store, [0], task="alone")
    clean = answered_runs.run(store, [0])
    answered_runs.run(store, [0], TYPOS)
    answered_runs.run(store, [0], RERUN)
    answered_runs.unfinished(store, 1, {**TYPOS, "severity": 0.02})
    assert [(one.clean.id, one.perturbed, one.unfinished, one.rerun) for one in reports(store)] == [
        (clean.id, 1, 1, True)
    ]
    assert stress(store, clean.id).unfinished == 1


def test_changed_items_are_ordered_by_what_became_of_them(store):
    clean = answered_runs.run(store, [0, 1, 1, 0, 0])
    after = answered_runs.run(store, [0, 2, 0, 1, 0], TYPOS, changed=[0, 1, 2, 3])
    changed = changed_items(store, clean.id, after.id)
    pairs = item_pairs(store, clean.id, after.id, changed)
    assert [(pair.after.position, pair.change) for pair in pairs] == [
        (4, "lost"), (3, "gained"), (2, "other answer"), (1, "same answer"),
    ]  # fmt: skip
    assert [(pair.before.answer, pair.after.answer) for pair in pairs] == [(0, 1), (1, 0), (1, 2), (0, 0)]


def test_a_run_that_nobody_perturbed_has_no_verdict_on_it(store):
    assert stress(store, answered_runs.run(store, [0, 1]).id).verdict == "No perturbation has been measured yet."

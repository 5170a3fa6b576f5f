"""The words for what a training came to on rows that it never learned."""

from __future__ import annotations

from dataclasses import asdict

from workbench.statistics.paired import paired_outcomes, paired_values
from workbench.views.unseen import lines, unseen


def pairs(before: list[int], after: list[int], rewarded: int) -> dict[str, object]:
    paired = asdict(paired_outcomes(before, after))
    return {"unseen": {"rows": len(before), "of": 90, "whole": paired, "per_token": paired, "rewarded": rewarded}}


def test_a_clear_gain_is_named():
    found = lines(pairs([0] * 8 + [1] * 4, [1] * 12, 12))  # exact McNemar: p = 2/2**8
    fit = "(those that fit max_length, at most a hundred)"
    assert found[0] == f"on 12 of 90 rows for evaluation only {fit}, which were not trained on:"
    assert found[1] == "  chosen answer likelier: 0.333 [0.138, 0.609] -> 1.000 [0.758, 1.000]"  # 12 / (12 + 1.96^2)
    assert (found[2][:12], found[2][-10:]) == ("    +0.667 [", "]. Better.")
    assert found[6] == "    More than chance (.5)."


def test_a_small_one_is_not_called_one():
    whole, _, reward = unseen(pairs([0] * 2 + [1] * 10, [1] * 12, 7))  # p = .5
    assert whole.verdict.startswith("No difference can be seen with n 12")
    assert reward.verdict == "No more than chance can be seen (.5)."


def test_a_loss_that_rose_is_worse():
    kept = {"unseen": {"rows": 3, "of": 3, "loss": asdict(paired_values([1.0, 2.0, 3.0], [1.5, 2.5, 3.6]))}}
    (loss,) = unseen(kept)
    assert (loss.verdict, round(loss.change.estimate, 3)) == ("Worse.", 0.533)
    assert lines(kept)[1] == "  loss, nats per token: 2.000 -> 2.533"
    assert lines(kept)[2].startswith("    +0.533 [")


def labels(margin: tuple[float, float, float], area: tuple[float, float, float]) -> dict[str, object]:
    figures = ({"estimate": a, "low": b, "high": c, "n": 20} for a, b, c in (margin, area))
    found = {"good": 12, "bad": 8, "good_raised": 9, "bad_raised": 2}
    found |= dict(zip(("margin", "area"), figures, strict=True))
    return {"unseen": {"rows": 20, "of": 20, "rewards": found}}


def test_of_labelled_answers_it_is_told_what_good_ones_gained():
    area, margin, raised = unseen(labels((0.3, 0.1, 0.5), (0.8, 0.6, 0.9)))
    assert (area.verdict, margin.verdict) == ("More than chance (.5).", "Good answers gained more.")
    assert (raised.after.estimate, raised.verdict[:18]) == (0.75, "Of bad ones 0.250 ")
    assert lines(labels((0.3, 0.1, 0.5), (0.8, 0.6, 0.9)))[1].startswith(
        "  a good answer gained more than a bad one: 0.8"
    )


def test_what_cannot_be_told_of_them_is_said():
    area, margin, _ = unseen(labels((0.3, -0.1, 0.7), (0.6, 0.4, 0.8)))
    assert area.verdict == "No more than chance can be seen (.5)."
    assert margin.verdict == "No difference can be seen with n 20."


def test_labels_of_one_kind_say_nothing():
    kept = labels((0.3, 0.1, 0.5), (0.8, 0.6, 0.9))
    kept["unseen"]["rewards"]["bad"] = 0
    assert unseen(kept) == []


def test_rows_that_chose_the_weights_are_said_to_lean():
    kept = {**pairs([0] * 12, [1] * 12, 12), "eval_data": {"own": True}}
    assert "chose whose weights were kept" in lines(kept)[1]


def test_numbers_that_were_no_number_come_back_from_json_as_nothing():
    paired = asdict(paired_values([1.0], [2.0]))
    paired |= {"p": None, "detectable": None, "difference": {"estimate": 1.0, "low": None, "high": None, "n": 1}}
    (loss,) = unseen({"unseen": {"rows": 1, "of": 1, "loss": paired}})
    assert loss.verdict == "Nothing can be said: n = 1 is too small for any difference to be seen."


def test_nothing_held_out_nothing_said():
    assert lines({"unseen": {}}) == lines({}) == []

"""A round in numbers: beside its parent, with what nothing can be seen of said so."""

from __future__ import annotations

import answered_runs
import evaluated
import given
import pytest

from workbench.statistics.proportion import wilson
from workbench.store import contamination, models, runs
from workbench.views import kept_rounds, rounds
from workbench.views.home import home


@pytest.fixture
def pair(store):
    first = given.model(store, "smollm2")
    return first, models.add(store, "smollm2-dpo-1", "-", "trained", None, "w", first.id)


def test_a_benchmark_stands_beside_its_parents(store, pair):
    evaluated.bench(store, pair[0], [0] * 10)
    evaluated.bench(store, pair[1], [1] * 10)
    found = rounds.figures(store, pair[1]).bench
    assert found.value == wilson(10, 10)
    assert found.sign == "▲"  # ten gained, none lost: exact McNemar p = 2/1024
    assert "against smollm2: +1.000" in found.verdict


def test_no_difference_is_said_to_be_none(store, pair):
    for model in pair:
        evaluated.bench(store, model, [1, 0] * 5)
    found = rounds.figures(store, pair[1]).bench
    assert found.sign == "="
    assert "No difference can be seen with n 10" in found.verdict


def test_more_of_what_should_be_low_is_worse(store, pair):
    for model, values in zip(pair, ([1.0, 1.1] * 8, [2.0, 2.2] * 8), strict=True):
        answered_runs.scored(store, values, "bits", model=model.name, higher_is_better=False)
    found = rounds.figures(store, pair[1]).bench
    assert (found.sign, "The second is worse" in found.verdict) == ("▼", True)


def test_a_comparison_that_is_refused_leaves_the_other_figures(store, pair):
    answered_runs.run(store, [1] * 10, model="smollm2")
    answered_runs.run(store, [0] * 10, model="smollm2-dpo-1", text="In other words")
    found = rounds.figures(store, pair[1]).bench
    assert (found.name, found.value, found.sign) == ("a task", wilson(10, 10), "")
    assert found.verdict.startswith("against smollm2: Runs 1 and 2 were not asked the same")
    rounds.keep(store)


def test_a_mean_change_is_of_the_scores_as_they_are(store, pair):
    typos = {"perturbation": "typos", "severity": 0.1}
    answered_runs.scored(store, [0.4] * 12, "rouge1", model="smollm2")
    answered_runs.scored(store, [0.3, 0.1] * 6, "rouge1", typos, range(12), model="smollm2")
    found = rounds.figures(store, pair[0]).stress
    # changes of -.1 and -.3: nothing of it crosses a half
    assert (found.value.estimate, found.value.n, found.sign) == (pytest.approx(-0.2), 12, "▼")


def test_a_figure_says_how_many_of_its_items_were_trained_on(store, pair):
    trained = models.add(
        store,
        "seen",
        "-",
        "trained",
        None,
        "w",
        pair[0].id,
        None,
        {"data": {"which": "f", "rows": 1}},
    )
    run = evaluated.bench(store, trained, [1] * 10)
    rounds.keep(store)
    contamination.keep(store, runs.task_hash(store, run.task_id), "f", [0, 3, 12])
    assert not kept_rounds.current(store)
    rounds.keep(store)
    assert kept_rounds.kept(store)["seen"].bench.seen == 2  # of ten items


def test_a_model_without_a_parent_is_compared_with_nothing(store, pair):
    evaluated.bench(store, pair[0], [1, 0] * 5)
    assert rounds.figures(store, pair[0]).bench.sign == ""


def test_the_change_under_stress_counts_each_item_once(store, pair):
    clean = [1] * 8 + [0] * 2
    evaluated.bench(store, pair[0], clean)
    evaluated.bench(store, pair[0], [0] * 10, {"perturbation": "typos", "severity": 0.1})
    evaluated.bench(store, pair[0], clean, {"perturbation": "typos", "severity": 0.02})
    found = rounds.figures(store, pair[0]).stress
    # eight items lose 1 in one of two variants: mean change -.5 each; two lose nothing: (8 * -.5) / 10
    assert (found.value.estimate, found.value.n, found.sign) == (-0.4, 10, "▼")


def test_bias_that_was_found_marks_the_round(store, pair):
    evaluated.bias(store, pair[0], [1.0] * 12)
    found = rounds.figures(store, pair[0]).bias
    assert (found.value.estimate, found.sign) == (1.0, "▼")
    assert "Effect" in found.verdict


def test_bias_that_cannot_be_seen_names_what_could_have_been(store, pair):
    evaluated.bias(store, pair[0], [1.0, -1.0] * 6)
    found = rounds.figures(store, pair[0]).bias
    assert found.sign == "="
    assert "would have shown" in found.verdict


def test_kept_figures_are_those_that_were_computed(store, pair):
    evaluated.everything(store, *pair)
    assert not kept_rounds.current(store)
    rounds.keep(store)
    assert kept_rounds.current(store)
    assert kept_rounds.kept(store) == {model.name: rounds.figures(store, model) for model in pair}


def test_a_new_run_makes_the_kept_figures_old(store, pair):
    rounds.keep(store)
    evaluated.bench(store, pair[0], [1, 0])
    assert not kept_rounds.current(store)


def test_home_shows_what_rounds_computes(store, pair):
    evaluated.everything(store, *pair)
    shown = {row.name: row.figures for row in home(store, "ada").rows}
    assert shown == {model.name: rounds.figures(store, model) for model in pair}


def test_every_number_leads_to_its_items(store, pair):
    evaluated.everything(store, *pair)
    found = rounds.evidence(store, pair[1])
    assert [one.kind for one in found] == ["bench", "stress", "bias", "bias", "bias", "bias"]
    assert {one.key for one in found if one.kind == "bias"} == {"pairs_gender", "decisions_gender"}


def test_what_is_missing_is_measured_on_the_task_and_items_of_the_last_benchmark(store, pair):
    evaluated.bench(store, pair[0], [1, 0] * 5)
    rounds.keep(store)
    where = {"task": "multiple_choice", "limit": 10}
    assert kept_rounds.missing(store, ("smollm2",)) == [
        ("stress", {"model": "smollm2", **where}),
        ("bias", {"model": "smollm2"}),
    ]


def test_an_undefined_number_survives_being_kept(store, pair):
    evaluated.bias(store, pair[0], [1.0])  # one text: an estimate without an interval
    rounds.keep(store)
    value = kept_rounds.kept(store)["smollm2"].bias.value
    assert value.estimate == 1.0
    assert value.low != value.low


def test_a_perplexity_that_falls_is_better_and_says_which_way_is(store, pair):
    for model, values in zip(pair, ([2.0, 2.2] * 8, [1.0, 1.1] * 8), strict=True):
        answered_runs.scored(store, values, "perplexity", model=model.name, higher_is_better=False)
    found = rounds.figures(store, pair[1]).bench
    assert (found.name, found.metric) == ("by perplexity", "perplexity, lower is better")
    assert (found.sign, "The second is better" in found.verdict) == ("▲", True)


def test_all_rounds_of_a_lineage_are_shown_on_one_task(store, pair):
    for model in pair:
        answered_runs.run(store, [0] * 10, model=model.name, task="shared")
    answered_runs.run(store, [0] * 10, model="smollm2", task="of the first alone")
    answered_runs.scored(store, [9.0] * 10, "perplexity", model="smollm2-dpo-1", higher_is_better=False)
    found = [rounds.figures(store, model).bench for model in pair]
    assert [(one.name, one.metric) for one in found] == [("shared", "accuracy")] * 2


def test_an_accuracy_stands_for_a_lineage_rather_than_what_ran_last(store, pair):
    answered_runs.run(store, [0] * 10, model="smollm2", task="an older one")
    answered_runs.run(store, [0] * 10, model="smollm2", task="a choice")
    answered_runs.scored(store, [9.0] * 10, "perplexity", model="smollm2", higher_is_better=False)
    assert rounds.figures(store, pair[0]).bench.name == "a choice"


def test_another_lineage_is_shown_on_a_task_of_its_own(store, pair):
    answered_runs.run(store, [0] * 10, model="smollm2", task="ours")
    answered_runs.run(store, [0] * 10, model="elsewhere", task="theirs")
    rounds.keep(store)
    shown = {name: one.bench and one.bench.name for name, one in kept_rounds.kept(store).items()}
    assert shown == {"smollm2": "ours", "smollm2-dpo-1": None, "elsewhere": "theirs"}
    assert kept_rounds.missing(store, ("smollm2-dpo-1",))[0] == (
        "bench",
        {"model": "smollm2-dpo-1", "task": "ours", "limit": 10},
    )


def test_what_perturbations_do_together_is_said_before_what_each_does_alone(store, pair):
    answered_runs.run(store, [0] * 12, model="smollm2")
    for at in range(3):  # each takes two other items: six of six lose a third, and no two say anything (McNemar p .5)
        lost = [1 if item in (2 * at, 2 * at + 1) else 0 for item in range(12)]
        typos = {"perturbation": "typos", "severity": 0.1, "seed": at}
        answered_runs.run(store, lost, typos, range(6), model="smollm2")
    found = rounds.figures(store, pair[0]).stress
    words = "Together they make it worse (n 6); each alone: None of 3 perturbations is seen to make it worse."
    assert (found.sign, found.verdict) == ("▼", words)
    assert found.value.estimate == pytest.approx(-1 / 3)


def test_bias_found_by_another_measure_is_shown_with_its_own_number(store, pair):
    evaluated.bias(store, pair[0], [0.4] * 12)  # no decision changes its answer, and its gap is found too
    measures = [one.figure for one in rounds.evidence(store, pair[0]) if one.kind == "bias"]
    shown = rounds.figures(store, pair[0]).bias
    assert shown == next(one for one in measures if one.sign == "▼")


def test_a_quick_look_at_a_few_items_replaces_no_measurement(store, pair):
    answered_runs.run(store, [0] * 12, model="smollm2")
    answered_runs.run(store, [1] * 5, model="smollm2")
    found = rounds.figures(store, pair[0]).bench
    assert found.value == wilson(12, 12)
    rounds.keep(store)
    assert kept_rounds.missing(store, ("smollm2-dpo-1",))[0][1]["limit"] == 12

"""What the ratings say, through the view: published values, what was planted, and the judgments behind each number."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import given
import numpy as np
import pytest
from judged import comparison, enter, raters, score

from workbench.errors import UnknownName
from workbench.records import BatchSettings
from workbench.store import batches, gold, open_store
from workbench.views.agree import Question, agree, behind, holding, judged_on
from workbench.workspace import Workspace, bundled_file

# Krippendorff (2011), Computing Krippendorff's alpha-reliability, section C: 4 observers, 12 units; 0: no rating
PUBLISHED = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)


@pytest.fixture
def published(store):
    batch = given.batch(store, [[f"text {n}"] for n in range(12)])
    who = raters(store, "ada", "bob", "cid", "dan")
    events = [
        score(rater, unit, unit, value)
        for rater, line in zip(who, PUBLISHED, strict=True)
        for unit, value in enumerate(line, 1)
        if value
    ]
    enter(store, batch, events)
    return store


def test_alpha_is_that_of_the_published_example(published):
    alpha = agree(published, Question()).named("alpha/fluency")
    assert alpha.value.estimate == pytest.approx(0.815, abs=5e-4)
    assert (alpha.value.n, alpha.of, len(alpha.judgments)) == (11, "answers", 40)  # the twelfth has one rating
    assert alpha.value.low < 0.815 < alpha.value.high


def test_kappa_of_two_raters_counts_the_answers_that_both_rated(published):
    kappa = agree(published, Question()).named("kappa/fluency/ada/cid")
    assert (kappa.value.n, len(kappa.judgments)) == (8, 16)


def test_a_number_leads_to_its_judgments_in_words(published):
    told = behind(published, agree(published, Question()).named("kappa/fluency/ada/cid").judgments)
    assert {(one.rater, one.rater_kind, one.criterion) for one in told} == {
        ("ada", "human", "fluency"), ("cid", "human", "fluency"),
    }  # fmt: skip
    assert [(one.prompt, one.answer, one.said) for one in told if one.rater == "ada"][:2] == [
        ("Question 2?", "text 1", "2"), ("Question 3?", "text 2", "3"),
    ]  # fmt: skip


def test_judgments_are_found_by_their_words(published):
    ids = agree(published, Question()).named("scale/ada").judgments
    told = behind(published, holding(published, ids, ["text 10"]))
    assert [(one.answer, one.said) for one in told] == []
    (found,) = behind(published, holding(published, ids, ["text", "question 7?"]))
    assert (found.answer, found.said) == ("text 6", "4")


def test_an_unknown_number_is_refused_with_the_nearest(published):
    with pytest.raises(UnknownName, match="Did you mean alpha/fluency"):
        agree(published, Question()).named("alpha/fluence")


def test_the_same_judgments_give_the_same_numbers_again(published):
    assert agree(published, Question()) == agree(published, Question())


def test_people_only_unless_other_kinds_are_asked_for(store):
    batch = given.batch(store, [["a"], ["b"], ["c"]])
    (ada,), (judge,) = raters(store, "ada"), raters(store, "judge", kind="model")
    enter(store, batch, [score(one, unit, unit, unit) for one in (ada, judge) for unit in (1, 2, 3)])
    people, both = agree(store, Question()), agree(store, Question(raters=("human", "model")))
    assert (people.raters, people.scores) == (("ada",), 3)
    assert (both.raters, both.scores) == (("ada", "judge (model)"), 6)
    assert both.named("kappa/fluency/ada/judge (model)").value.n == 3
    assert agree(store, Question(raters=("imported",))).advice == (
        "No imported rater has judged on general yet. There are other raters: --raters human --raters model."
    )


def test_without_a_judgment_there_is_nothing_to_say(store):
    found = agree(store, Question())
    assert (found.scores, found.comparisons, found.advice) == (0, 0, "No human rater has judged on general yet.")


def test_the_rubrics_that_are_judged_on_are_those_of_the_batches(store):
    given.batch(store, [["a"]])
    assert judged_on(store) == ["general"]


def test_versions_of_a_rubric_count_together_unless_one_is_asked_for(store):
    first = given.batch(store, [["a"]])
    words = bundled_file("rubrics", "general", ".toml").read_text(encoding="utf-8")
    store.workspace.rubrics.mkdir()
    (store.workspace.rubrics / "general.toml").write_text(words.replace("Broken: words", "Broken; words"))
    reworded = batches.add(store, "again", given.rubric_id(store), 1, [given.NewItem(1, (1,))], None)
    (ada, bob) = raters(store, "ada", "bob")
    enter(store, first, [score(ada, 1, 1, 2)])
    enter(store, reworded, [score(bob, 2, 1, 5)])
    given.say(store, first, kind="flag", criterion=None, value=None)
    together = agree(store, Question())
    newer = agree(store, Question(version=together.versions[1][:8]))
    assert (together.scores, newer.scores, newer.raters, len(newer.versions)) == (2, 1, ("bob",), 1)
    assert [sum(one.kind == "flags" for one in found.findings) for found in (together, newer)] == [1, 0]
    with pytest.raises(UnknownName, match="Unknown rubric version 'zzz'"):
        agree(store, Question(version="zzz"))


def test_of_two_batches_the_latest_score_counts(store):
    first = given.batch(store, [["a"]])
    again = batches.add(store, "again", first.rubric_id, 1, [given.NewItem(1, (1,))], None)
    (ada,) = raters(store, "ada")
    enter(store, first, [score(ada, 1, 1, 2)])
    enter(store, again, [score(ada, 2, 1, 5)])
    assert agree(store, Question()).named("scale/ada").counts == (0, 0, 0, 0, 1)


# --- planted ---

SEVERITY = np.array([0.5, -0.1, -0.4])  # points below the mean rater
POSITION = np.array([0.3, -0.3])  # points above the mean position
PROMPTS, BETTER, SAME = 150, 0.6, 0.75  # the second model's lead in points; share of repeats scored the same again


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Three raters on two models' answers to every prompt, in drawn order; 60 answers come back."""
    rng = np.random.default_rng(1)
    with open_store(Workspace(tmp_path_factory.mktemp("planted"))) as store:
        batch = two_models(store, PROMPTS, BatchSettings(repeats=0.2))
        items = batches.items(store, batch.id)
        who = raters(store, "ada", "bob", "cid")
        quality = rng.normal((3.0, 3.0 + BETTER), 0.5, (PROMPTS + 1, 2))
        events, first = [], {}
        for at, rater in enumerate(who):
            for item in items:
                for place, number in enumerate(rng.permutation(2)):
                    seen = quality[item.prompt_id, number] - SEVERITY[at] + POSITION[place] + rng.normal(0, 0.4, 3)
                    values = np.clip(np.rint(seen), 1, 5).astype(int).tolist()
                    completion = item.completions[number]
                    if item.repeat_of:
                        values = again(rng, first[rater, completion])
                    first.setdefault((rater, completion), values)
                    events += [
                        score(rater, item.id, completion, value, criterion=name, position=place, milliseconds=900)
                        for name, value in zip(given.CRITERIA, values, strict=True)
                    ]
        enter(store, batch, events)
        yield agree(store, Question())


def two_models(store, prompts, settings, again=()):
    """A batch of prompts that two models have answered, repeats at its end, and these items once more."""
    small = given.batch(store, [["short"]] * prompts)
    large = given.batch(store, [["a longer text"]] * prompts, given.model(store, "large"))
    pairs = zip(batches.items(store, small.id), batches.items(store, large.id), strict=True)
    new = [given.NewItem(one.prompt_id, one.completions + other.completions) for one, other in pairs]
    drawn = given.compose(new, (), settings, 2) + [replace(new[at], repeat_of=at) for at in again]
    return batches.add(store, "both", small.rubric_id, 2, drawn, None, settings)


def again(rng, values):
    """Each score the same in 3 of 4 cases, else the point beside it."""
    return [value if rng.random() < SAME else value + (1 if value < 3 else -1) for value in values]


def holds(found, truth):
    return found.value.low <= truth <= found.value.high


def test_planted_severity_is_found(planted):
    for name, truth in zip(("ada", "bob", "cid"), SEVERITY, strict=True):
        assert holds(planted.named(f"severity/{name}"), truth)
    assert planted.named("severity/ada").value.low > 0 > planted.named("severity/cid").value.high


def test_a_planted_position_effect_is_found(planted):
    first, second = planted.named("position/1"), planted.named("position/2")
    assert holds(first, POSITION[0])
    assert holds(second, POSITION[1])
    assert first.value.low > 0 > second.value.high


def test_planted_self_agreement_is_found_on_the_hidden_repeats(planted):
    for criterion in given.CRITERIA:
        found = planted.named(f"again/{criterion}/all")
        assert (found.value.n, len(found.judgments)) == (3 * 30 * 2, 2 * 3 * 30 * 2)
        assert holds(found, SAME)
        assert planted.named(f"again-within-1/{criterion}/all").value.estimate == 1


def test_repeats_never_count_as_ratings(planted):
    assert planted.scores == 3 * PROMPTS * 2 * 3
    assert planted.named("mean/small").value.n == PROMPTS


def test_the_planted_difference_of_two_models_is_found_within_rater_and_prompt(planted):
    found = planted.named("difference/small/large")
    assert holds(found, BETTER)
    assert (found.value.n, len(found.judgments)) == (PROMPTS, planted.scores)
    assert planted.named("needed/small/large").value.estimate == 0  # 150 prompts show half a point
    assert planted.named("beats/ratings/large/small").value.low > 0.5


def test_a_longer_text_that_is_better_shows(planted):
    assert planted.named("longer").value.low > 0.5
    assert planted.named("length").value.low > 0


def test_900_ms_are_too_fast_for_a_text_of_more_than_90_characters(store):
    # 10 ms a character: 90 characters take 900 ms, 91 take 910
    batch = given.batch(store, [["x" * 90], ["x" * 91], ["x" * 900]])
    (ada,) = raters(store, "ada")
    times = {1: 900, 2: 900, 3: 9000}
    events = [
        score(ada, unit, unit, 3, criterion=name, milliseconds=times[unit]) for unit in times for name in given.CRITERIA
    ]
    enter(store, batch, events)
    found = agree(store, Question()).named("too-fast/ada")
    assert (found.value.estimate, found.value.n, len(found.judgments)) == (pytest.approx(1 / 3), 3, 3)


def test_gold_accuracy_is_by_rater_and_criterion(store):
    batch = given.batch(store, [["a"]] * 4)
    known = batches.add(
        store, "gold", batch.rubric_id, 3, [given.NewItem(n, (n,), gold=True) for n in (1, 2, 3, 4)], None
    )
    gold.add(store, batch.rubric_id, [(n, {"fluency": 4}) for n in (1, 2, 3, 4)], "a file")
    (ada,) = raters(store, "ada")
    items = batches.items(store, known.id)
    enter(
        store, known, [score(ada, item.id, *item.completions, v) for item, v in zip(items, (4, 4, 3, 1), strict=True)]
    )
    found = agree(store, Question())
    assert found.named("gold/fluency/ada").value.estimate == 0.5
    assert found.named("gold-within-1/fluency/ada").value.estimate == 0.75
    assert found.scores == 0  # gold items are no ratings


# --- comparisons ---


@pytest.fixture
def compared(store):
    """Two raters on six pairs; the first two of them come back to ada."""
    batch = two_models(store, 6, BatchSettings("pairs"), again=(0, 1))
    items = batches.items(store, batch.id)
    ada, bob = raters(store, "ada", "bob")
    wins = ("right", "right", "right", "tie", "right", "left")
    events = [
        comparison(rater, item.id, *item.completions, outcome)
        for rater in (ada, bob)
        for item, outcome in zip(items[:6], wins, strict=True)
    ]
    same = comparison(ada, items[6].id, 7, 1, "left")  # the same answer again, on the other side
    other = comparison(ada, items[7].id, 8, 2, "right")
    enter(store, batch, [*events, same, other])
    return agree(store, Question())


def test_comparisons_say_which_side_and_which_model_won(compared):
    left = compared.named("left/all").value
    assert (left.estimate, left.n) == (0.2, 10)  # of five decided ones a rater, one left
    # 9 of 12 wins (8 + half of 2 ties) and one virtual tie: 9.5 to 3.5
    assert compared.named("beats/comparisons/large/small").value.estimate == pytest.approx(9.5 / 13)


def test_raters_who_compare_alike_agree(compared):
    alpha = compared.named("alpha/comparisons")
    assert (alpha.value.estimate, alpha.value.n, len(alpha.judgments)) == (1, 6, 12)
    assert isnan(alpha.value.low)


def test_kappa_of_two_who_compare_is_that_of_better_tie_and_worse(store):
    batch = two_models(store, 4, BatchSettings("pairs"))
    items = batches.items(store, batch.id)
    ada, bob = raters(store, "ada", "bob")
    said = {ada: ("left", "left", "right", "tie"), bob: ("left", "tie", "right", "left")}
    enter(store, batch, [
        comparison(rater, item.id, *item.completions, outcome)
        for rater, outcomes in said.items()
        for item, outcome in zip(items, outcomes, strict=True)
    ])  # fmt: skip
    kappa = agree(store, Question()).named("kappa/comparisons/ada/bob")
    # left 1, tie 0, right -1: (1,1) (1,0) (-1,-1) (0,1); disagreement 2 x 1/4 of 4 = 1/8 of the whole scale.
    # By chance, both with 2 left, 1 tie, 1 right of 4: 1/4 (2 x 2/16 + 2 x 1/16) + 2 x 2/16 = 3/32 + 1/4 = 11/32
    assert kappa.value.estimate == pytest.approx(1 - (1 / 8) / (11 / 32))
    assert (kappa.value.n, kappa.of, len(kappa.judgments)) == (4, "pairs", 8)


def test_the_longer_answer_wins_some_of_the_decided_comparisons(store):
    batch = given.batch(store, [["longer", "so"], ["at", "longest"], ["same", "long"], ["longer", "me"]])
    (ada,) = raters(store, "ada")
    wins = ("left", "left", "left", "tie")
    items = batches.items(store, batch.id)
    enter(store, batch, [
        comparison(ada, item.id, *item.completions, outcome) for item, outcome in zip(items, wins, strict=True)
    ])  # fmt: skip
    found = agree(store, Question()).named("longer/comparisons")
    # the third two are of one length, and the fourth is a tie: one of two went to the longer one
    assert (found.value.estimate, found.value.n, found.of) == (0.5, 2, "decided comparisons")
    assert found.value.low < 0.5 < found.value.high
    assert [one.answer for one in behind(store, found.judgments)] == ["longer", "at"]


# --- blindness ---


def names_of_models(found):
    return [one.name for one in found.findings if one.kind in ("mean", "difference", "needed", "strength", "beats")]


def test_a_model_is_named_only_to_one_who_has_finished_its_batch(store):
    batch = given.batch(store, [["a", "b"], ["c", "d"]])
    given.rated(store, batch, dict.fromkeys((1, 2, 3, 4), (3, 3, 3)))
    seen = {asker: agree(store, Question(asker=asker)) for asker in ("ada", "bob", None)}
    assert {asker: names_of_models(found) for asker, found in seen.items()} == {
        "ada": ["mean/small"], "bob": [], None: ["mean/small"],
    }  # fmt: skip
    assert {asker: found.blind for asker, found in seen.items()} == {
        "ada": "", "bob": "1 model hidden until done", None: "",
    }  # fmt: skip


def test_a_finished_batch_names_its_models_while_another_is_open(store):
    large = given.model(store, "large")
    done = given.batch(store, [["a", "b"], ["c", "d"]])
    open_one = given.batch(store, [["e", "f"], ["g", "h"]], large)
    given.rated(store, done, dict.fromkeys((1, 2, 3, 4), (3, 3, 3)))
    given.rated(store, open_one, dict.fromkeys((5, 6, 7, 8), (3, 3, 3)), "bob")
    everything = agree(store, Question(asker="ada"))
    assert (names_of_models(everything), everything.hidden) == (["mean/small"], 1)
    assert agree(store, Question(batch=done.id, asker="ada")).hidden == 0


# --- remarks ---


def test_flags_notes_and_digits_too_fast_are_counted_by_rater_and_lead_to_the_judgments(store):
    batch = given.batch(store, [["a", "b"]])
    given.rated(store, batch, {1: (5, 5, 5), 2: (3, 3, 3)})
    unscored = {"criterion": None, "value": None}
    given.say(store, batch, kind="flag", **unscored)
    given.say(store, batch, kind="note", text="made up", **unscored)
    given.say(store, batch, kind="too_fast", value=4)
    found = agree(store, Question())
    assert [(name, found.named(name).words) for name in ("flags/ada", "notes/ada")] == [
        ("flags/ada", "1"), ("notes/ada", "1"),
    ]  # fmt: skip
    refused = found.named("refused/ada")
    assert (refused.value.estimate, refused.value.n) == (pytest.approx(1 / 7), 7)  # beside six scores
    said = [behind(store, found.named(name).judgments)[0].said for name in ("flags/ada", "notes/ada", "refused/ada")]
    assert said == ["flag", "note: made up", "too fast: 4"]
    assert not [one for one in agree(store, Question("overall")).findings if one.kind == "flags"]


def test_a_pair_judged_twice_counts_by_the_answer_and_not_by_the_side(compared):
    assert (compared.named("again/comparisons/ada").value.estimate, compared.comparisons) == (0.5, 12)
    # one of two turned: half of contradictions and more are capped at .49
    assert compared.named("turned").value.estimate == 0.49

"""A model as a rater: judgments beside people's, each once, and only what both orders of a pair say."""

from __future__ import annotations

import json

import given
import pytest
import served
from at_once import executed

from workbench import jobs as kinds
from workbench.errors import ModelError, UsageError
from workbench.models.scripted import ScriptedModel
from workbench.records import BatchSettings, LogLikelihood
from workbench.store import batches, comparisons, integrity, jobs, judgments, model_judgments, models, ratings, scores
from workbench.views.home import home
from workbench.views.preferences import previews
from workbench.worker.context import WarmModel, WorkerContext

PAIRS = BatchSettings("pairs")


@pytest.fixture
def small(store, tmp_path):
    """A model of the catalog whose weights lie here."""
    return models.add(store, "small", "small", "folder", str(tmp_path), "weights")


def judge(store, engine, **values):
    return executed(store, kinds.parse("judge", {"model": "small", "batch": 1, **values}), engine)


def by_length(context, continuation):
    """The longer an answer, the likelier a high point; the digits of 5 characters: 5."""
    said = context.rpartition("<answer>\n")[2].partition("\n</answer>")[0]
    return LogLikelihood(-abs(int(continuation) - len(said)), False)


def all_scores(store):
    rows = scores.all_of(store, "general")
    return {(one.rater_kind, one.completion_id, one.criterion): one.value for one in rows}


def test_the_likeliest_point_is_the_rating_and_where_it_came_from_is_kept(store, small):
    given.batch(store, [["a", "bbbb"]], small)
    result = judge(store, ScriptedModel(score=by_length))
    assert result["judgments"] == 6
    assert all_scores(store) == {
        ("model", completion, criterion): value
        for completion, value in ((1, 1), (2, 4))
        for criterion in given.CRITERIA
    }
    kept = json.loads(store.value("SELECT text FROM judgments WHERE completion_id = 2"))
    assert (kept["model_id"], kept["prompt"], kept["how"]) == (small.id, "1", "logprobs")
    assert kept["given"][0]["logprobs"] == {"1": -3, "2": -2, "3": -1, "4": 0, "5": -1}
    # weights e^-3, e^-2, e^-1, 1, e^-1 of sum 1.9209: (.0498 + 2 * .1353 + 3 * .3679 + 4 + 5 * .3679) / 1.9209 = 3.7812
    assert kept["given"][0]["expected"] == pytest.approx(3.7814, abs=3e-4)


def test_judgments_of_a_model_stand_beside_those_of_people(store, small):
    batch = given.batch(store, [["a", "bbbb"]], small)
    given.rated(store, batch, {1: (5, 5, 5), 2: (2, 2, 2)})
    before = (ratings.rated(store, "general"), home(store, "ada").rows)
    judge(store, ScriptedModel(score=by_length))
    assert (ratings.rated(store, "general"), home(store, "ada").rows) == before
    assert [(one.name, one.kind) for one in judgments.all_raters(store)] == [
        ("ada", "human"), ("small (judge, logprobs)", "model"),
    ]  # fmt: skip
    assert (integrity.view_differences(store), integrity.gaps(store)) == (0, [])


def test_exports_leave_models_out_and_say_how_many_ratings(store, small):
    batch = given.batch(store, [["a", "bbbb"], ["dddd", "c"]], small)
    given.rated(store, batch, {1: (1, 1, 1), 2: (5, 5, 5)})
    judge(store, ScriptedModel(score=by_length))  # 1 and 4 for the answers of either prompt: margins of 3
    *_, found = previews(store, kinds.params("export-preferences")())
    assert [pair.margin for pair in found.pairs] == [4.0]
    assert found.left_out == 4
    assert [one.mean for one in ratings.rated(store, "general", kinds=("model",))] == [1.0, 4.0, 4.0, 1.0]


def test_the_same_model_asked_again_adds_nothing(store, small):
    given.batch(store, [["a", "bbbb"], ["cc", "d"]], small)
    engine = ScriptedModel(score=by_length)
    first = judge(store, engine)
    asked = len(engine.calls)
    assert {**judge(store, engine), "batch": 1} == first
    assert (len(engine.calls), judgments.count(store)) == (asked, 12)


def test_a_job_that_was_broken_off_ends_as_if_it_had_not_been(store, small):
    class Killed(Exception):
        pass

    given.batch(store, [["a", "bbbb"], ["cc", "d"]], small)  # 12 questions, 60 rows in batches of 4
    engine = ScriptedModel(score=by_length)

    def until_killed(context, continuation):
        if len(engine.calls) == 8:
            raise Killed
        return by_length(context, continuation)

    engine._score = until_killed
    with pytest.raises(Killed):
        judge(store, engine)
    assert judgments.count(store) == 5  # 7 batches of 4 rows are 28: five questions of 5 rows
    again = ScriptedModel(score=by_length)
    judge(store, again)
    values = {(one, criterion): n for one, n in ((1, 1), (2, 4), (3, 2), (4, 1)) for criterion in given.CRITERIA}
    assert all_scores(store) == {("model", *key): value for key, value in values.items()}
    assert judgments.count(store) == 12
    assert again.calls[0] == [24, 25, 26, 27]  # the batch with the first row that is not stored


def test_hidden_repeats_are_not_asked_and_gold_is(store, small):
    batch = given.batch(store, [[f"{n}"] for n in range(8)], small, judged=BatchSettings(repeats=0.25))
    assert sum(item.repeat_of is not None for item in batches.items(store, batch.id)) == 2
    assert judge(store, ScriptedModel(score=by_length))["judgments"] == 8 * 3


def longer_is_better(text):
    """The letter of the longer answer; of equally long ones A, wherever they stand."""
    last = text.rpartition("<answer A>\n")[2]
    first, second = last.partition("\n</answer A>")[0], last.partition("<answer B>\n")[2].partition("\n</answer B>")[0]
    return "A" if len(first) >= len(second) else "B"


def by_side(context, continuation):
    return LogLikelihood(0.0 if continuation.strip() == longer_is_better(context) else -1.0, False)


def test_a_pair_is_asked_in_both_orders_and_a_bias_of_place_is_a_tie(store, small):
    given.batch(store, [["long answer", "short"], ["same", "size"]], small, judged=PAIRS)
    result = judge(store, ScriptedModel(score=by_side))
    assert (result["judgments"], result["order_dependent"]) == (2, 1)
    found = {one.item_id: one for one in comparisons.all_of(store, "general")}
    assert (found[1].left_id if found[1].outcome == "left" else found[1].right_id) == 1
    assert found[2].outcome == "tie"
    (tally,) = model_judgments.tallies(store, "general")
    assert (tally.comparisons, tally.order_dependent, tally.first, tally.second) == (2, 1, 1, 0)


@pytest.fixture
def server():
    with served.serving() as running:
        yield running


def address(server):
    return f"{server.url}#qwen"


def run_served(store, server, **values):
    spec = kinds.parse("judge", {"model": address(server), "batch": 1, **values})
    jobs.enqueue(store, spec, "heavy", "judge")
    return kinds.execute(WorkerContext(store, jobs.claim(store, "heavy", 1, 0.0, "here"), WarmModel()), spec)


def test_a_served_model_replies_and_what_cannot_be_read_is_counted(store, server):
    given.batch(store, [["good", "bad"]])
    server.reply = lambda text: "5" if "\ngood\n</answer>\nScore:\n" in text else "I cannot say."
    result = run_served(store, server)
    assert (result["judgments"], result["unreadable"]) == (3, 3)
    assert set(all_scores(store).values()) == {5}
    body = server.bodies("chat/completions")[0]
    assert (body["temperature"], body["max_tokens"]) == (0, 16)
    assert body["messages"][0]["content"].endswith("Reply with the score alone: one digit from 1 to 5.")
    said = store.value("SELECT text FROM judgments WHERE kind = 'skip'")
    assert json.loads(said)["given"] == [{"said": "I cannot say."}]


def test_a_pair_of_which_one_order_cannot_be_read_is_no_comparison(store, server):
    given.batch(store, [["one", "two"]], judged=PAIRS)
    server.reply = lambda text: "A" if "<answer A>\none\n" in text else "Hm."
    result = run_served(store, server)
    assert (result["judgments"], result["unreadable"]) == (0, 1)


def test_a_server_without_log_probabilities_is_refused_before_anything_is_queued(store, server):
    given.batch(store, [["a", "b"]])
    kinds.check(store, kinds.parse("judge", {"model": address(server), "batch": 1}))
    with pytest.raises(ModelError, match="gives no log-probabilities of a prompt"):
        kinds.check(store, kinds.parse("judge", {"model": address(server), "batch": 1, "how": "logprobs"}))


def test_a_batch_that_is_not_there_is_refused(store):
    with pytest.raises(UsageError, match="There is no batch 7"):
        kinds.check(store, kinds.parse("judge", {"batch": 7}))

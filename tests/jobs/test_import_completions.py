"""Answers and ratings from elsewhere: entered once, whole, by their content, and marked as imported."""

from __future__ import annotations

import json

import pytest

from workbench import jobs as kinds
from workbench.errors import Cancelled, DataError, UsageError
from workbench.rating.session import RatingSession
from workbench.records import Message
from workbench.store import (
    batches,
    completions,
    integrity,
    jobs,
    judgments,
    models,
    open_store,
    prompts,
    ratings,
    settings,
)
from workbench.worker.context import WarmModel, WorkerContext
from workbench.workspace import Workspace

CRITERIA = ("fluency", "coherence", "relevance")


def table(folder, rows=6, name="mine.jsonl"):
    """Two models on each prompt, rated by two people; every other pair compared as well."""
    path = folder / name
    lines = []
    for n in range(rows):
        for model in ("m", "n"):
            row = {"prompt": f"Why {n}?", "response": f"{model} says {n}", "model": model}
            lines += [{**row, "rater": who, "scores": dict.fromkeys(CRITERIA, 1 + n % 5)} for who in ("ada", "bob")]
        if n % 2:
            both = {"response_a": f"m says {n}", "response_b": f"n says {n}", "model_a": "m", "model_b": "n"}
            lines.append({"prompt": f"Why {n}?", **both, "winner": "right", "rater": "ada"})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def begun(store, path, **given):
    spec = kinds.parse("import-completions", {"path": str(path), **given})
    jobs.enqueue(store, spec, "light", "import")
    return jobs.claim(store, "light", 1, 0.0, "here"), spec


def run(store, path, **given):
    """The whole job in this process."""
    job, spec = begun(store, path, **given)
    kinds.check(store, spec)
    return kinds.execute(WorkerContext(store, job, WarmModel()), spec)


def contents(store):
    """Everything that an import writes, without numbers and times that differ between two workspaces."""
    said = store.read(
        "SELECT r.name, r.kind, j.kind AS what, c.request_hash, o.request_hash AS other, j.criterion, j.value,"
        " j.outcome, j.uuid, j.seq FROM judgments j JOIN raters r ON r.id = j.rater_id"
        " JOIN completions c ON c.id = j.completion_id LEFT JOIN completions o ON o.id = j.other_id ORDER BY j.uuid"
    )
    items = store.read(
        "SELECT b.name, b.mode, b.seed, i.position, c.request_hash FROM batches b"
        " JOIN batch_items i ON i.batch_id = b.id JOIN batch_candidates k ON k.item_id = i.id"
        " JOIN completions c ON c.id = k.completion_id ORDER BY b.mode, i.position, c.request_hash"
    )
    answers = store.read("SELECT request_hash, text, sample FROM completions ORDER BY request_hash")
    return [list(map(tuple, rows)) for rows in (said, items, answers)]


def test_answers_come_in_under_models_marked_as_imported(store, tmp_path):
    result = run(store, table(tmp_path, 1))
    assert result["models"] == ["m (imported)", "n (imported)"]
    known = models.all_models(store)
    assert [(one.name, one.reference, one.kind, one.weights_hash) for one in known] == [
        ("m (imported)", "m", "imported", None), ("n (imported)", "n", "imported", None),
    ]  # fmt: skip
    first = completions.by_ids(store, [1])[1]
    assert (first.text, first.decoding, first.dtype, first.tokens) == ("m says 0", None, "unknown", 0)


def test_answers_of_one_prompt_form_an_item_that_a_person_can_rate(store, tmp_path):
    (batch,) = run(store, table(tmp_path, 1))["batches"]
    session = RatingSession.open(store, batch, "ada")
    place = session.place()
    assert (place.prompt.text, place.candidates, place.scores) == ("Why 0?", 2, {})


def test_scores_are_those_of_an_imported_rater(store, tmp_path):
    result = run(store, table(tmp_path, 2))
    assert result["raters"] == ["ada (imported)", "bob (imported)"]
    assert {one.kind for one in judgments.all_raters(store)} == {"imported"}
    assert ratings.rated(store, "general") == []  # people alone, unless others are asked for
    rated = ratings.rated(store, "general", kinds=("imported",))
    assert len(rated) == 2 * 2 * 2
    assert {prompts.by_ids(store, [one.prompt_id])[one.prompt_id].text: one.mean for one in rated} == {
        "Why 0?": 1.0, "Why 1?": 2.0,
    }  # fmt: skip


def test_comparisons_make_a_batch_of_pairs(store, tmp_path):
    result = run(store, table(tmp_path, 2))
    rated, compared = (batches.by_id(store, one) for one in result["batches"])
    assert (rated.mode, compared.mode, result["comparisons"]) == ("ratings", "pairs", 1)
    row = store.read("SELECT left_id, right_id, outcome FROM comparisons")[0]
    left, right = (completions.by_ids(store, [one])[one].text for one in (row["left_id"], row["right_id"]))
    assert (left, right, row["outcome"]) == ("m says 1", "n says 1", "right")


def test_answers_that_were_only_compared_are_not_asked_to_be_rated(store, tmp_path):
    path = tmp_path / "pairs.jsonl"
    row = {"prompt": "Why?", "response_a": "a", "response_b": "b", "winner": "tie"}
    path.write_text(json.dumps(row) + "\n" + json.dumps({**row, "response_a": "b", "response_b": "a"}) + "\n")
    result = run(store, path, model="m", rater="ada")
    (made,) = result["batches"]
    assert batches.by_id(store, made).mode == "pairs"
    assert len(batches.items(store, made)) == 1  # one pair, compared twice
    assert judgments.count(store) == 2


def test_pairs_that_nobody_compared_are_asked_to_be_compared(store, tmp_path):
    path = tmp_path / "pairs.jsonl"
    rows = [{"prompt": f"Why {n}?", "response_a": "a", "response_b": "b" if n else " a"} for n in range(4)]
    path.write_text("".join(json.dumps({**row, "winner": "left" if row is rows[1] else ""}) + "\n" for row in rows))
    (made,) = run(store, path, model="m", rater="ada")["batches"]
    assert batches.by_id(store, made).mode == "pairs"
    assert len(batches.items(store, made)) == 3  # the first two answers are identical
    assert judgments.count(store) == 1


def test_a_database_with_imports_is_sound(store, tmp_path):
    run(store, table(tmp_path))
    assert integrity.gaps(store) == integrity.missing_triggers(store) == []
    assert integrity.view_differences(store) == integrity.broken_references(store) == 0


def test_importing_twice_changes_nothing(store, tmp_path):
    path = table(tmp_path)
    first = run(store, path)
    before = contents(store)
    assert run(store, path) == first
    assert contents(store) == before


def test_a_file_that_has_grown_adds_what_is_new(store, tmp_path):
    run(store, table(tmp_path, 2))
    run(store, table(tmp_path, 3))
    assert judgments.count(store) == 3 * 2 * 2 * 3 + 1
    assert len(contents(store)[2]) == 6


class Killed(WorkerContext):
    """A worker that dies between two writes: after `lives` of them."""

    lives = 0

    def progress(self, done, total, message=""):
        self.lives -= 1
        if self.lives < 0:
            raise Cancelled("killed")


@pytest.mark.parametrize("again", ["resumed", "imported anew"])
def test_killed_between_any_two_writes_and_gone_on_it_equals_the_uninterrupted_one(tmp_path, again):
    path = table(tmp_path, 48)  # 96 answers, 576 scores, 24 comparisons: 15 writes
    with open_store(Workspace(tmp_path / "whole")) as store:
        whole = run(store, path), contents(store)
    for lives in range(1, 15, 2):  # at 0 nothing was read yet
        with open_store(Workspace(tmp_path / f"{again} {lives}")) as store:
            job, spec = begun(store, path)
            killed = Killed(store, job, WarmModel())
            killed.lives = lives
            with pytest.raises(Cancelled):
                kinds.execute(killed, spec)
            if again == "resumed":
                path.write_text("changed meanwhile")
                result = kinds.execute(WorkerContext(store, job, WarmModel()), spec)
                table(tmp_path, 48)
            else:
                result = run(store, path)
            assert (result, contents(store)) == whole


def test_another_scale_is_mapped_and_the_value_of_the_file_kept(store, tmp_path):
    path = tmp_path / "ten.csv"
    path.write_text("prompt,response,fluency\nWhy?,So.,10\nHow?,Thus.,4\n")
    run(store, path, model="m", rater="ada", scale_low=1, scale_high=10)
    rows = store.read("SELECT value, text FROM judgments ORDER BY id")
    assert list(map(tuple, rows)) == [(5, "10 on 1 to 10"), (2, "4 on 1 to 10")]  # 1 + 4 * 3 / 9 = 2.33


@pytest.mark.parametrize("scale", [{"scale_low": 1}, {"scale_high": 5}, {"scale_low": 5, "scale_high": 5}])
def test_half_a_scale_is_none(store, tmp_path, scale):
    with pytest.raises(UsageError, match="Give both ends, the lower one first: --scale 1 10"):
        run(store, table(tmp_path), **scale)


def test_times_of_the_file_are_kept_in_utc(store, tmp_path):
    path = tmp_path / "timed.jsonl"
    row = {"prompt": "Why?", "response": "So.", "fluency": 4, "created_at": "2026-01-31T10:00:00+01:00"}
    path.write_text(json.dumps(row))
    run(store, path, model="m", rater="ada")
    assert store.value("SELECT shown_at FROM judgments") == "2026-01-31T09:00:00.000Z"


def test_a_name_that_is_taken_here_is_refused(store, tmp_path):
    judgments.add_rater(store, "ada (imported)")
    with pytest.raises(DataError, match=r"ada \(imported\) is a rater of this workspace already"):
        run(store, table(tmp_path))


def test_an_exported_mark_is_not_doubled(store, tmp_path):
    path = tmp_path / "again.jsonl"
    path.write_text(json.dumps({"prompt": "Why?", "response": "So.", "model": "m (imported)"}))
    assert run(store, path)["models"] == ["m (imported)"]


def test_a_broken_row_leaves_nothing_behind(store, tmp_path):
    path = table(tmp_path)
    path.write_text(path.read_text() + '{"prompt": "a"}\n')
    job, spec = begun(store, path)
    for fails in (
        lambda: kinds.check(store, spec),
        lambda: kinds.execute(WorkerContext(store, job, WarmModel()), spec),
    ):
        with pytest.raises(DataError, match="row 28: "):  # 6 prompts: 24 rows of ratings and 3 of comparisons
            fails()
    assert contents(store) == [[], [], []]


def test_the_prompts_of_a_benchmark_are_for_evaluation_only_also_where_they_were_asked_before(store, tmp_path):
    settings.put(store, settings.EVALUATION_SHARE, "0")
    prompts.add(store, [(Message("user", "1 + 1 ="),)])
    arguments = [{"gen_args_0": {"arg_0": f"{n} + {n} ="}} for n in (1, 2)]
    lines = [{"doc_id": n, "arguments": one, "resps": [["4"]]} for n, one in enumerate(arguments)]
    path = tmp_path / "samples_sums_2026.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    run(store, path, model="m")
    assert prompts.evaluation_only(store) == [1, 2]

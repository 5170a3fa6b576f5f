"""Exports: the same bytes again, nothing of evaluation or of other raters, and files that trainers take."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import given
import pytest
import tomli_w

from workbench import jobs as kinds
from workbench.errors import DataError, UnknownName, UsageError
from workbench.jobs import _parquet
from workbench.records import BatchSettings, NewItem
from workbench.store import batches, completions, data, exports, item_pages, jobs, judgments, prompts, settings
from workbench.views.exports import KINDS, again, export_preview, export_previews, kept_back_since
from workbench.views.preferences import previews
from workbench.worker.context import WarmModel, WorkerContext
from workbench.workspace import bundled_file

GOOD, MIDDLE, BAD = (5, 4, 5), (3, 3, 3), (1, 2, 1)


def run(store, kind, **values):
    """The whole job in this process: its result, and the rows of its file."""
    spec = kinds.parse(f"export-{kind}", values)
    kinds.check(store, spec)
    jobs.enqueue(store, spec, "light", "export")
    result = kinds.execute(WorkerContext(store, jobs.claim(store, "light", 1, 0.0, "here"), WarmModel()), spec)
    return result, rows_of(exports.all_exports(store)[0], store)


def rows_of(export, store):
    path = store.workspace.data / f"{export.sha256}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def rated(store):
    """Four prompts of two answers each, rated by ada; the pair of the last is too close."""
    batch = given.batch(store, [["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]])
    given.rated(store, batch, {1: GOOD, 2: BAD, 3: MIDDLE, 4: GOOD, 5: BAD, 6: GOOD, 7: MIDDLE, 8: MIDDLE})
    return store


@pytest.fixture
def compared(store):
    """Three pairs, compared by ada and bob: agreed, a tie and a side, and both bad."""
    batch = given.batch(store, [["a", "b"], ["c", "d"], ["e", "f"]], judged=BatchSettings("pairs"))
    said = {"ada": ("left", "tie", "both_bad"), "bob": ("left", "right", "left")}
    for name, outcomes in said.items():
        rater = judgments.add_rater(store, name).id
        for item, outcome in zip(batches.items(store, batch.id), outcomes, strict=True):
            left, right = item.completions
            given.say(
                store, batch, seq_of=name, kind="comparison", rater_id=rater, item_id=item.id, completion_id=left,
                other_id=right, outcome=outcome, criterion=None, value=None,
            )  # fmt: skip
    return store


# --- what is written ---


def test_kto_labels_are_good_and_bad_answers_with_their_origin(rated):
    result, rows = run(rated, "kto")
    said = {row["completion"][0]["content"]: row["label"] for row in rows}
    assert said == {"a": True, "b": False, "d": True, "e": False, "f": True}
    assert result["counts"] == {"kept": 5, "neither good nor bad": 3}
    # 3 good, 2 bad: 1.5 to 1 lies outside 4:3, so the bad ones are raised to 1.5 / (4/3)
    assert (result["desirable"], result["undesirable"]) == (3, 2)
    assert (result["desirable_weight"], result["undesirable_weight"]) == (1, 1.125)
    first = rows[0]
    assert (first["rater"], first["rater_kind"], first["prompt_id"], first["completion_id"]) == ("ada", "human", 1, 1)
    assert first["judgment_ids"] == [rated.value("SELECT MAX(judgment_id) FROM ratings WHERE completion_id = 1")]
    assert data.by_name(rated, result["data"]).layout == "unpaired"


def test_every_kto_threshold_counts(rated):
    assert run(rated, "kto", good_mean=3)[0]["desirable"] == 6
    assert run(rated, "kto", bad_mean=1, bad_score=0)[0]["counts"]["kept"] == 3
    assert run(rated, "kto", good_floor=5, bad_mean=1, bad_score=1)[0]["counts"] == {
        "kept": 2, "good but for one criterion": 3, "neither good nor bad": 3,
    }  # fmt: skip


def test_ratings_are_every_scored_answer_once_a_rater(rated):
    result, rows = run(rated, "ratings")
    assert [(row["completion"][0]["content"], row["mean"]) for row in rows][:2] == [("a", 4.6667), ("b", 1.3333)]
    assert rows[0]["scores"] == dict(zip(given.CRITERIA, GOOD, strict=True))
    assert (result["rows"], result["data"]) == (8, None)  # good and bad answers: nothing to learn from as they are
    assert run(rated, "ratings", min_mean=4)[0]["counts"] == {"kept": 3, "mean too low": 5}
    assert run(rated, "ratings", max_mean=2)[0]["counts"] == {"kept": 2, "mean too high": 6}


def test_comparisons_are_pairs_that_the_raters_decided(compared):
    result, rows = run(compared, "comparisons")
    # the second: a tie and a vote for the right answer, .75 of the votes
    assert [(row["chosen"][0]["content"], row["rejected"][0]["content"], row["share"]) for row in rows] == [
        ("a", "b", 1.0), ("d", "c", 0.75),
    ]  # fmt: skip
    assert (rows[0]["votes"], rows[0]["raters"], rows[0]["rater_kinds"]) == (2, ["ada", "bob"], ["human"])
    assert result["counts"] == {"kept": 2, "both answers bad": 1}
    assert data.by_name(compared, result["data"]).layout == "preferences"


@pytest.mark.parametrize("batch", [0, 1], ids=["of all batches", "of the batch in dispute"])
def test_of_a_pair_that_was_adjudicated_only_the_decision_counts(compared, batch):
    """Ada and bob left (a, b) at 2:0 for a; dan, who settles it, prefers b."""
    settling = BatchSettings("pairs", overlap=0.0, overlap_raters=2, adjudicates=1)
    dispute = batches.add(compared, "adjudication", 1, 0, [NewItem(1, (1, 2), 1)], None, settling)
    given.compared(compared, dispute, {4: 2}, "dan")
    _, rows = run(compared, "comparisons", **({"batch": batch} if batch else {}))
    first = rows[0]
    assert (first["chosen"][0]["content"], first["votes"], first["raters"]) == ("b", 1, ["dan"])


def test_every_threshold_of_comparisons_counts(compared):
    assert run(compared, "comparisons", min_share=0.8)[0]["counts"] == {
        "kept": 1, "raters divided": 1, "both answers bad": 1,
    }  # fmt: skip
    assert run(compared, "comparisons", both_bad=True)[0]["counts"]["kept"] == 3
    with pytest.raises(DataError, match="most often because: too few votes"):
        run(compared, "comparisons", min_votes=3)


def test_ratings_of_other_kinds_of_raters_are_left_out_unless_asked_for(rated):
    judge = judgments.add_rater(rated, "judge", "model").id
    batch = batches.by_id(rated, 1)
    for criterion in given.CRITERIA:
        given.say(rated, batch, seq_of="judge", rater_id=judge, criterion=criterion, value=5)
    assert run(rated, "ratings")[0]["rows"] == 8
    assert export_preview(rated, kinds.parse("export-ratings", {})).left_out == 1
    rows = run(rated, "ratings", raters=("human", "model"))[1]
    assert [row["rater"] for row in rows if row["rater_kind"] == "model"] == ["judge"]
    assert run(rated, "ratings", raters="human, model")[0]["rows"] == 9  # as a form gives them


def test_repeats_never_count(store):
    batch = given.batch(store, [["a"], ["b"], ["c"], ["d"]], judged=BatchSettings(repeats=0.5))
    given.rated(store, batch, {1: GOOD, 2: GOOD, 3: BAD, 4: BAD})
    assert len(batches.items(store, batch.id)) == 6
    assert run(store, "ratings")[0]["rows"] == run(store, "kto")[0]["rows"] == 4


# --- made again ---


@pytest.mark.parametrize("kind", ["preferences", "kto", "ratings"])
def test_made_again_after_more_ratings_it_is_the_same_to_the_byte(rated, kind):
    first, rows = run(rated, kind)
    given.rated(rated, batches.by_id(rated, 1), {1: BAD, 2: GOOD, 3: BAD, 4: BAD}, "bob")
    assert run(rated, kind)[1] != rows
    spec = again(exports.by_id(rated, 1), None)
    second, same = run(rated, kind, **spec.params)
    assert (second["sha256"], same) == (first["sha256"], rows)
    before, _, after = reversed(exports.all_exports(rated))
    assert (after.policy, after.last_judgment, after.counts) == (before.policy, before.last_judgment, before.counts)


def test_comparisons_are_made_again_as_they_stood(compared):
    first, rows = run(compared, "comparisons")
    last = compared.one("SELECT uuid, item_id FROM judgments WHERE id = 1")
    given.say(
        compared, batches.by_id(compared, 1), seq_of="ada", kind="undo", undoes=last["uuid"], item_id=last["item_id"],
        criterion=None, value=None,
    )  # fmt: skip
    assert run(compared, "comparisons")[1] != rows
    assert (
        run(compared, "comparisons", **again(exports.by_id(compared, 1), None).params)[0]["sha256"] == first["sha256"]
    )


@pytest.mark.parametrize("kind", ["preferences", "kto", "ratings"])
def test_an_edited_rubric_changes_no_export_of_what_was_judged(rated, kind):
    first, _ = run(rated, kind)
    read = tomllib.loads(bundled_file("rubrics", "general", ".toml").read_text(encoding="utf-8"))
    criteria = [*read["criteria"], {**read["criteria"][0], "name": "tone"}]  # on which nothing was rated
    rated.workspace.rubrics.mkdir(exist_ok=True)
    (rated.workspace.rubrics / "general.toml").write_text(tomli_w.dumps({**read, "criteria": criteria}))
    given.batch(rated, [["i"]])
    same, _ = run(rated, kind, **again(exports.by_id(rated, 1), None).params)
    assert same["sha256"] == first["sha256"]


@pytest.fixture
def reworded(rated):
    """The same answers rated once more, by bob on other words of the rubric, all of them the other way round."""
    words = bundled_file("rubrics", "general", ".toml").read_text(encoding="utf-8")
    rated.workspace.rubrics.mkdir(exist_ok=True)
    (rated.workspace.rubrics / "general.toml").write_text(words.replace("Broken: words", "Broken; words"))
    new = [NewItem(item.prompt_id, item.completions) for item in batches.items(rated, 1)]
    batch = batches.add(rated, "on other words", given.rubric_id(rated), 0, new, None)
    given.rated(rated, batch, {1: BAD, 2: GOOD, 3: BAD, 4: BAD, 5: GOOD, 6: BAD, 7: BAD, 8: BAD}, "bob")
    return rated


def test_versions_of_a_rubric_count_together_and_the_preview_says_so(reworded):
    shown = export_preview(reworded, kinds.parse("export-ratings", {}))
    assert (shown.counts["kept"], len(shown.versions)) == (16, 2)


@pytest.mark.parametrize(("at", "rater"), [(0, "ada"), (1, "bob")])
def test_one_version_of_a_rubric_can_be_asked_for(reworded, at, rater):
    version = export_preview(reworded, kinds.parse("export-ratings", {})).versions[at]
    _, rows = run(reworded, "ratings", version=version[:8])
    assert [row["rater"] for row in rows] == [rater] * 8
    with pytest.raises(UnknownName, match="Unknown rubric version 'zzz'"):
        run(reworded, "ratings", version="zzz")


def test_what_was_marked_since_stays_out_and_is_named(rated):
    first, _ = run(rated, "preferences")
    prompts.add(rated, [(given.Message("user", "Question 2?"),)], evaluation_only=[True])
    before = exports.by_id(rated, 1)
    assert kept_back_since(rated, before) == [2]
    second, rows = run(rated, "preferences", **again(before, None).params)
    assert second["sha256"] != first["sha256"]
    assert [row["prompt_id"] for row in rows] == [1, 3]


@pytest.mark.parametrize(
    ("policy", "command"),
    [
        ({"runs": [3, 4], "to": "csv"}, "bench export 3 4 --to csv --out FOLDER"),
        ({"data": "mine", "fingerprint": "f", "to": "trl"}, "data export mine --to trl --out FOLDER"),
    ],
)
def test_what_no_policy_made_is_made_again_by_its_own_command(store, policy, command):
    exports.add(store, "of another kind", "out", 1, "sha", policy, {}, 0, None, None)
    with pytest.raises(UsageError, match="was not made from judgments") as refused:
        again(exports.by_id(store, 1), None)
    assert refused.value.hint == f"Use: workbench {command}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_preview_counts_what_the_job_writes(rated, kind):
    shown = export_preview(rated, kinds.parse(f"export-{kind}", {}))
    if kind == "comparisons":
        assert (shown.counts, shown.advice) == ({"kept": 0}, "Nothing has been rated yet: rate some answers first.")
    else:
        result, rows = run(rated, kind)
        assert (shown.counts, list(shown.rows)) == (result["counts"], rows[:3])


# --- page by page ---


@pytest.mark.parametrize("items", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_does_not_depend_on_the_pages(request, kind, items, monkeypatch):
    judged = request.getfixturevalue("compared" if kind == "comparisons" else "rated")
    whole = run(judged, kind)[0]
    monkeypatch.setattr(item_pages, "ITEMS", items)
    paged = run(judged, kind)[0]
    assert (paged["sha256"], paged["counts"]) == (whole["sha256"], whole["counts"])


@pytest.mark.parametrize("kind", ["preferences", "kto", "ratings"])
def test_several_raters_on_many_pages_come_out_as_on_one(rated, kind, monkeypatch):
    scores = {1: (4, 4, 4), 2: (3, 2, 1), 3: (5, 5, 4), 4: (1, 1, 2), 6: (5, 5, 5), 7: (2, 1, 2), 8: (5, 4, 4)}
    given.rated(rated, batches.by_id(rated, 1), scores, "bob")
    spec = kinds.parse(f"export-{kind}", {})
    whole, shown = run(rated, kind), export_preview(rated, spec)
    monkeypatch.setattr(item_pages, "ITEMS", 1)
    paged, shown_paged = run(rated, kind), export_preview(rated, spec)
    assert (paged[0]["sha256"], paged[1]) == (whole[0]["sha256"], whole[1])
    assert list(paged[0]["counts"].items()) == list(whole[0]["counts"].items())
    assert shown_paged == shown


def test_the_preview_of_pairs_grows_to_the_same_on_many_pages(rated, monkeypatch):
    params = kinds.params("export-preferences")()
    *_, whole = previews(rated, params)
    monkeypatch.setattr(item_pages, "ITEMS", 1)
    *growing, last = previews(rated, params)
    assert last == whole
    assert [len(one.pairs) + len(one.drops) for one in growing] == [1, 2, 3, 4]


def test_a_preview_that_grows_ends_with_what_was_left_out(rated, monkeypatch):
    judge = judgments.add_rater(rated, "judge", "model").id
    given.say(rated, batches.by_id(rated, 1), seq_of="judge", rater_id=judge, value=5)
    monkeypatch.setattr(item_pages, "ITEMS", 1)
    growing = list(export_previews(rated, kinds.parse("export-kto", {}), 3))
    assert [(one.left_out, len(one.rows)) for one in growing] == [(0, 2), (0, 3), (0, 3), (0, 3), (1, 3)]


def test_a_column_without_a_value_in_the_first_rows_has_its_type_from_later_ones(tmp_path, monkeypatch):
    from pyarrow import parquet

    monkeypatch.setattr(_parquet, "_ROWS", 2)
    rows = [
        {"model": None, "scores": {"a": 1}},
        {"model": None, "scores": {"a": 2}},
        {"model": "w", "scores": {"b": 3}},
    ]
    lines = tmp_path / "rows.jsonl"
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
    _parquet.write(tmp_path / "rows.parquet", lines, ("scores", "model"))
    read = parquet.read_table(tmp_path / "rows.parquet")
    assert read.column_names == ["scores", "model"]
    assert read["model"].to_pylist() == [None, None, "w"]
    assert read["scores"].to_pylist() == [{"a": 1, "b": None}, {"a": 2, "b": None}, {"a": None, "b": 3}]


# --- files ---


def test_the_rows_stand_on_the_disk_once(rated):
    result, _ = run(rated, "kto")
    assert [path.name for path in rated.workspace.root.rglob("*.jsonl")] == [f"{result['sha256']}.jsonl"]


def test_the_card_beside_the_file_says_what_it_is(rated, tmp_path):
    result, _ = run(rated, "kto", out=str(tmp_path / "labels.jsonl"))
    card = tomllib.loads((tmp_path / "labels.card.toml").read_text())
    assert (card["kind"], card["rows"], card["sha256"]) == ("kto", 5, result["sha256"])
    assert card["policy"]["good_mean"] == 4
    assert card["policy"]["raters"] == ["human"]
    assert (card["last_judgment"], card["rows_by_rater_kind"], card["undesirable_weight"]) == (24, {"human": 5}, 1.125)
    assert data.by_name(rated, result["data"]).card == card


def test_parquet_holds_the_same_rows(rated, tmp_path):
    from datasets import load_dataset

    _, rows = run(rated, "kto", out=str(tmp_path / "labels.parquet"))
    read = load_dataset(
        "parquet", data_files=str(tmp_path / "labels.parquet"), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert list(read) == rows


def test_a_file_of_another_kind_is_refused(rated, tmp_path):
    with pytest.raises(UsageError, match=r"labels.csv is neither .jsonl nor .parquet"):
        run(rated, "kto", out=str(tmp_path / "labels.csv"))


def test_exported_ratings_can_be_imported_elsewhere(rated, tmp_path):
    from workbench.store import open_store
    from workbench.workspace import Workspace

    run(rated, "ratings", out=str(tmp_path / "ratings.jsonl"))
    with open_store(Workspace(tmp_path / "elsewhere")) as other:
        spec = kinds.parse("import-completions", {"path": str(tmp_path / "ratings.jsonl")})
        jobs.enqueue(other, spec, "light", "import")
        result = kinds.execute(WorkerContext(other, jobs.claim(other, "light", 1, 0.0, "here"), WarmModel()), spec)
    assert (result["answers"], result["scores"], result["raters"]) == (8, 24, ["ada (imported)"])


# --- what never leaves ---


def test_twins_and_misspelt_forms_of_evaluation_only_prompts_stay_out(store):
    asked = [
        "Mary asked her mother how a carpenter measures the height of a door frame.",
        "John asked his father how a carpenter measures the height of a door frame.",
        "Mary asked her mother how a carpenter mesaures the height of a door frame.",
        "Which of the planets has the longest day, and why is it so long?",
    ]
    settings.put(store, settings.EVALUATION_SHARE, "1")
    held = prompts.add(store, [(given.Message("user", asked[0]),)])
    settings.put(store, settings.EVALUATION_SHARE, "0")
    free = prompts.add(store, [(given.Message("user", text),) for text in asked[1:]])
    model = given.model(store)
    items = []
    for prompt in (*held, *free):
        rows = [(f"{prompt.id}", prompt.id, 0, 0, given.Generated(f"answer {prompt.id}", 1, "stop"))]
        completions.add_batch(store, rows, model, given.Decoding(), "float32", None)
        items.append(NewItem(prompt.id, (completions.existing(store, [f"{prompt.id}"])[f"{prompt.id}"],)))
    batch = batches.add(store, "b", given.rubric_id(store), 0, items, None)
    given.rated(store, batch, dict.fromkeys(range(1, 5), GOOD))
    result, rows = run(store, "kto")
    assert [row["prompt"][0]["content"] for row in rows] == [asked[3]]
    assert result["counts"] == {"kept": 1, "evaluation-only prompt": 3}


def test_relatives_are_told_by_the_column_family(rated):
    rows = run(rated, "kto")[1]
    assert [(row["prompt_id"], row["family"]) for row in rows] == [(1, 1), (1, 1), (2, 2), (3, 3), (3, 3)]


# --- trainers ---


@pytest.mark.parametrize("kind", ["kto", "preferences"])
def test_trl_takes_the_rows_as_they_are(rated, kind):
    from trl.data_utils import is_conversational, maybe_unpair_preference_dataset

    rows = run(rated, kind)[1]
    assert all(is_conversational(row) for row in rows)
    if kind == "preferences":
        from datasets import Dataset

        assert len(maybe_unpair_preference_dataset(Dataset.from_list(rows))) == 2 * len(rows)


def test_trl_takes_the_comparisons_as_they_are(compared):
    from trl.data_utils import is_conversational

    assert all(is_conversational(row) for row in run(compared, "comparisons")[1])


def test_a_name_of_the_job_is_that_of_its_file(rated):
    result, _ = run(rated, "kto", name="mine")
    assert (result["data"], Path(result["path"]).suffix) == ("mine", ".jsonl")

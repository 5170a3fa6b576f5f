"""Runs out to other programs and results of lm-eval in: the same scores and metrics, or a refusal with its place."""

from __future__ import annotations

import csv
import hashlib
import json

import answered_runs
import pytest
from pyarrow import parquet

from workbench import jobs as kinds
from workbench.errors import DataError, UsageError
from workbench.records import Generated
from workbench.spec import JobSpec, canonical_json, content_hash
from workbench.store import contamination, exports, jobs, models, runs
from workbench.store.runs import Answer
from workbench.views import bench
from workbench.worker.context import WarmModel, WorkerContext


@pytest.fixture
def context(store):
    jobs.enqueue(store, JobSpec("import-bench", {"path": "x"}), "light", "import")
    return WorkerContext(store, jobs.claim(store, "light", 1, 0.0, "here"), WarmModel())


def do(context, kind, **values):
    spec = kinds.parse(kind, values)
    kinds.check(context.store, spec)
    return kinds.execute(context, spec)


def measured(value, n):
    return {"value": value, "low": 0.1, "high": 0.9, "n": n, "reason": None, "higher_is_better": True,
            "aggregation": "mean"}  # fmt: skip


@pytest.fixture
def run(store):
    """Four items, three of them right."""
    made = answered_runs.run(store, [0, 0, 1, 0])
    store.connection.execute("UPDATE runs SET metrics = ?", (json.dumps({"acc": measured(0.75, 4)}),))
    return runs.by_id(store, made.id)


@pytest.fixture
def folder(context, run, tmp_path):
    """What lm-eval's layout of that run is."""
    do(context, "export-bench", runs=str(run.id), to="lm-eval", out=str(tmp_path / "out"))
    return tmp_path / "out" / "small"


def only(folder, pattern):
    (found,) = folder.glob(pattern)
    return found


def rewrite(path, change):
    """Change the first of the samples."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    change(rows[0])
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_an_item_is_a_row_of_csv(context, run, tmp_path):
    do(context, "export-bench", runs=str(run.id), to="csv", out=str(tmp_path / "out"))
    rows = list(csv.DictReader((tmp_path / "out" / "items.csv").open(newline="")))
    assert [row["acc"] for row in rows] == ["1.0", "1.0", "0.0", "1.0"]
    assert (rows[2]["item"], rows[2]["answer"], rows[2]["gold"], rows[2]["model"]) == ("3", "1", "0", "small")
    assert json.loads(rows[2]["logprobs"]) == [-2.0, -1.0, -2.0]


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_what_was_not_told_where_goes_to_the_exports_of_the_workspace(context, run, form):
    made = do(context, "export-bench", runs=str(run.id), to=form)["path"]
    name = f"bench-{context.job_id}{'.md' if form == 'markdown' else ''}"
    assert made == str(context.workspace.exports / name)
    assert (context.workspace.exports / name).exists()


def test_what_is_recorded_is_the_hash_of_what_was_written(context, run, tmp_path):
    do(context, "export-bench", runs=str(run.id), to="markdown", out=str(tmp_path / "table.md"))
    assert exports.by_id(context.store, 1).sha256 == hashlib.sha256((tmp_path / "table.md").read_bytes()).hexdigest()
    do(context, "export-bench", runs=str(run.id), to="csv", out=str(tmp_path / "out"))
    names = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "out").iterdir()}
    assert exports.by_id(context.store, 1).sha256 == content_hash(canonical_json(names))


def test_parquet_holds_the_same_tables(context, run, tmp_path):
    do(context, "export-bench", runs=str(run.id), to="parquet", out=str(tmp_path / "out"))
    items = parquet.read_table(tmp_path / "out" / "items.parquet").to_pylist()
    (metric,) = parquet.read_table(tmp_path / "out" / "metrics.parquet").to_pylist()
    assert [row["acc"] for row in items] == [1.0, 1.0, 0.0, 1.0]
    assert (metric["metric"], metric["value"], metric["low"], metric["n"]) == ("acc", 0.75, 0.1, 4)


def test_markdown_is_a_table_of_the_metrics(context, run, tmp_path):
    do(context, "export-bench", runs=str(run.id), to="markdown", out=str(tmp_path / "table.md"))
    assert (tmp_path / "table.md").read_text().splitlines()[2] == (
        "| small | a task 1 | clean | acc | 0.7500 | 0.1000 to 0.9000 | 4 | – |"
    )


def test_items_that_were_seen_in_training_are_counted_beside_the_score(context, store, run, tmp_path):
    with store.write() as db:
        db.execute(
            'UPDATE models SET details = json_set(details, \'$.data\', json(\'{"fingerprint": "f", "which": "f"}\'))'
        )
    contamination.keep(store, runs.task_hash(store, run.task_id), "f", [0, 2])
    for form in ("markdown", "csv", "lm-eval"):
        do(context, "export-bench", runs=str(run.id), to=form, out=str(tmp_path / form))
    assert (tmp_path / "markdown").read_text().splitlines()[2].endswith("| 4 | 2 |")
    (metric,) = csv.DictReader((tmp_path / "csv" / "metrics.csv").open(newline=""))
    assert metric["contaminated"] == "2"
    body = json.loads(only(tmp_path / "lm-eval" / "small", "results_*.json").read_text())
    assert body["workbench"]["a task"]["contaminated"] == 2


def test_nothing_is_written_over(context, run, tmp_path):
    (tmp_path / "table.md").write_text("mine")
    with pytest.raises(DataError, match=r"table\.md is there already"):
        do(context, "export-bench", runs=str(run.id), to="markdown", out=str(tmp_path / "table.md"))


@pytest.mark.parametrize(
    ("named", "message"),
    [("one", "one is no number of a run"), ("7", "There is no run 7. The last is 1."), (",", "No run is named")],
)
def test_what_is_no_run_is_refused(context, run, tmp_path, named, message):
    with pytest.raises(UsageError, match=message):
        do(context, "export-bench", runs=named, out=str(tmp_path / "out"))


def test_a_run_on_changed_items_has_no_place_in_lm_evals_layout(context, store, tmp_path):
    typos = answered_runs.run(store, [0, 1], {"perturbation": "typos"})
    with pytest.raises(UsageError, match="is on changed items"):
        do(context, "export-bench", runs=str(typos.id), out=str(tmp_path / "out"))


def test_a_run_of_a_bias_probe_is_none_of_a_benchmark(context, store, tmp_path):
    probe = answered_runs.run(store, [0, 1], task="bias/pairs_gender")
    with pytest.raises(UsageError, match="is of a bias probe"):
        do(context, "export-bench", runs=str(probe.id), to="csv", out=str(tmp_path / "out"))


def test_the_layout_is_lm_evals(folder):
    body = json.loads(only(folder, "results_*.json").read_text())
    rows = [json.loads(line) for line in only(folder, "samples_a task_*.jsonl").read_text().splitlines()]
    # items 1, 1, 0, 1: variance 1/4, over 4 items
    assert body["results"]["a task"]["acc,none"] == 0.75
    assert body["results"]["a task"]["acc_stderr,none"] == pytest.approx(0.25)
    assert rows[0]["arguments"]["gen_args_1"] == {"arg_0": "Q: question 0", "arg_1": " b"}
    assert rows[0]["resps"][0] == [["-1.0", "False"]]
    assert (rows[2]["doc_id"], rows[2]["metrics"], rows[2]["acc"], rows[2]["target"]) == (2, ["acc"], 0.0, "0")


def test_a_standard_error_is_in_the_unit_of_its_metric(context, store, run, tmp_path):
    # no mean of the items' scores: the interval is .1 to .9 wide, half of it over 1.96
    metrics = {"acc": {**measured(0.75, 4), "aggregation": "perplexity"}}
    store.connection.execute("UPDATE runs SET metrics = ?", (json.dumps(metrics),))
    do(context, "export-bench", runs=str(run.id), to="lm-eval", out=str(tmp_path / "other"))
    body = json.loads(only(tmp_path / "other" / "small", "results_*.json").read_text())
    assert body["results"]["a task"]["acc_stderr,none"] == pytest.approx(0.4 / 1.96, rel=1e-4)


def test_what_was_exported_comes_back_as_a_run_of_an_imported_model(context, store, run, folder):
    (made,) = do(context, "import-bench", path=str(folder))["runs"]
    again = runs.by_id(store, made["run"])
    assert again.task_id != run.task_id  # four of its twelve documents are another version
    assert models.by_id(store, again.model_id).kind == "imported"
    assert bench.run_row(store, again).model == "small (imported)"
    own, other = (runs.answers(store, one.id) for one in (run, again))
    assert [(one.scores, one.logprobs, one.answer, one.gold, one.choices) for one in own] == [
        (one.scores, one.logprobs, one.answer, one.gold, one.choices) for one in other
    ]
    assert again.metrics["acc"]["value"] == 0.75


def test_the_same_results_are_imported_once(context, store, folder):
    first, second = (do(context, "import-bench", path=str(folder))["runs"] for _ in range(2))
    assert first == second
    assert len(runs.all_runs(store)) == 2


def test_a_value_that_its_items_do_not_give_has_no_interval(context, folder):
    file = only(folder, "results_*.json")
    file.write_text(file.read_text().replace('"acc,none": 0.75', '"acc,none": 0.5'))
    found = do(context, "import-bench", path=str(folder))["runs"][0]["metrics"]["acc"]
    assert (found["value"], found["low"], found["reason"]) == (0.5, None, "lm-eval's own value is another one")


def test_numbers_without_items_are_refused(context, folder):
    only(folder, "samples_*").unlink()
    with pytest.raises(DataError, match=r"results_.*json holds numbers only: there is no samples_TASK_") as refused:
        do(context, "import-bench", path=str(folder))
    assert refused.value.hint == "Run lm-eval with --log_samples."


def test_a_task_without_its_items_is_left_out_and_named(context, folder):
    file = only(folder, "results_*.json")
    body = json.loads(file.read_text())
    body["results"]["other"] = {"acc,none": 1.0}
    file.write_text(json.dumps(body))
    result = do(context, "import-bench", path=str(folder))
    assert [one["task"] for one in result["runs"]] == ["a task"]
    assert "numbers alone" in result["left_out"]["other"]


def test_a_folder_of_something_else_says_so(context, tmp_path):
    with pytest.raises(DataError, match=r"holds no results_TIME\.json"):
        do(context, "import-bench", path=str(tmp_path))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda row: row.pop("doc"), r"row 1: 'doc' is no document but NoneType"),
        (lambda row: row.update(doc_id="0"), r"row 1: 'doc_id' is '0', not a number"),
        (lambda row: row.update(doc_id=1), r"row 2: document 1 stands there twice"),
        (lambda row: row.update(arguments={}), r"row 1: 'arguments' holds no request"),
        (lambda row: row.update(resps=[]), r"row 1: 'resps' does not hold one entry a request \(3\)"),
        (lambda row: row["resps"].__setitem__(0, [["much", "True"]]), r"row 1, key 'resps': expected a log-prob"),
        (lambda row: row["resps"].__setitem__(0, ["a", "b"]), r"row 1, key 'resps': 2 answers to one request"),
        (lambda row: row.update(metrics="acc"), r"row 1: 'metrics' is no list of names"),
    ],
)
def test_what_is_broken_is_refused_by_file_row_and_key(context, folder, change, message):
    samples = only(folder, "samples_*")
    rewrite(samples, change)
    with pytest.raises(DataError, match=message) as refused:
        do(context, "import-bench", path=str(folder))
    assert samples.name in refused.value.message


def test_a_metric_that_is_no_number_is_refused(context, folder):
    file = only(folder, "results_*.json")
    file.write_text(file.read_text().replace('"acc,none": 0.75', '"acc,none": "high"'))
    with pytest.raises(DataError, match=r"results_.*\.json, key 'acc,none': expected a number, found 'high'"):
        do(context, "import-bench", path=str(folder))


def test_written_answers_keep_their_texts_and_parts(context, store, tmp_path):
    task = runs.add_task(store, "translate", "1", {"generation_kwargs": {"until": ["\n"]}, "doc_to_target": "en"},
                         [{"de": "Hallo", "en": "Hello"}])  # fmt: skip
    model = models.add(store, "small", "small", "embedded", None, "w")
    run = runs.begin(store, model.id, "w", task, runs.CLEAN, {}, 1, None)
    (item,) = runs.item_ids(store, task.id)
    runs.add_texts(store, run.id, [(item, 0, Generated("Hello!", 2, "stop"))])
    parts = {"bleu": ("Hello", "Hello!")}
    runs.finish(store, run.id, [Answer(item, "Hallo", (), None, None, False, {}, text="Hello!", parts=parts)],
                {"bleu": measured(50.0, 1)})  # fmt: skip
    do(context, "export-bench", runs=str(run.id), out=str(tmp_path / "out"))
    (row,) = [json.loads(line) for line in only(tmp_path / "out" / "small", "samples_*").read_text().splitlines()]
    assert (row["target"], row["resps"], row["bleu"]) == ("Hello", [["Hello!"]], ["Hello", "Hello!"])
    (made,) = do(context, "import-bench", path=str(tmp_path / "out"))["runs"]
    assert runs.by_id(store, made["run"]).task_id == task.id
    (answer,) = runs.answers(store, made["run"])
    assert answer.text == "Hello!"
    assert runs.parts(store, made["run"])[answer.item_id] == {"bleu": ["Hello", "Hello!"]}

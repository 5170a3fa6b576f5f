"""mix-data run within the test: what it writes, under which name, and what it refuses before it is queued."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from workbench import jobs as kinds
from workbench.data import formats
from workbench.data.files import stream
from workbench.errors import Cancelled, DataError, UnknownName, UsageError
from workbench.jobs import _train_data
from workbench.spec import JobSpec
from workbench.store import data, jobs
from workbench.training.completion_rows import completion_rows
from workbench.views.mixture import mixture_preview
from workbench.worker.context import WarmModel, WorkerContext

SUMS = [{"instruction": f"Double {n}.", "output": str(2 * n)} for n in range(40)]
FELT = "text,label\n" + "".join(f"It was {'good' if n % 2 else 'bad'} {n} times.,{n % 2}\n" for n in range(10))
MIXED = {"sums": {"quota": 6}, "felt": {"quota": 4, "templates": "sentiment", "shots": 1}}


def run(store, kind, **values):
    spec = kinds.parse(kind, values)
    kinds.check(store, spec)
    jobs.enqueue(store, spec, "light", kinds.title(spec))
    claimed = jobs.claim(store, "light", 1, 0.0, "here")
    return kinds.execute(WorkerContext(store, claimed, WarmModel()), JobSpec.from_json(claimed.spec))


@pytest.fixture
def sets(store, tmp_path):
    """`sums` and `felt` in the catalog; the path of a file that is in none."""
    (tmp_path / "sums.json").write_text(json.dumps(SUMS))
    (tmp_path / "felt.csv").write_text(FELT)
    run(store, "import-data", path=str(tmp_path / "sums.json"), eval_share=0.3)
    run(store, "import-data", path=str(tmp_path / "felt.csv"))
    return tmp_path / "felt.csv"


def rows(store, name):
    return [row for row, _ in stream(Path(data.by_name(store, name).path))]


def test_a_mixture_is_a_data_set_with_the_task_of_every_row(store, sets):
    result = run(store, "mix-data", sources=MIXED, name="both")
    made = data.by_name(store, "both")
    assert (result["rows"], result["layout"]) == (made.rows, made.layout) == (10, "completions")
    assert Counter(row["task"] for row in rows(store, "both")) == {"sums": 6, "felt": 4}
    assert made.source == "a mixture of felt, sums"
    assert json.loads(made.card["tasks"]) == {"sums": 6, "felt": 4}


def test_the_same_spec_gives_the_same_bytes_in_whatever_order_it_names_the_sources(store, sets):
    for name, order in (("one", ("sums", "felt")), ("two", ("felt", "sums"))):
        run(store, "mix-data", sources={task: MIXED[task] for task in order}, name=name, seed=7)
    run(store, "mix-data", sources=MIXED, name="three", seed=8)
    one, two, three = (data.by_name(store, name).fingerprint for name in ("one", "two", "three"))
    assert one == two != three


def test_the_card_holds_the_spec_from_which_it_is_made_again(store, sets):
    run(store, "mix-data", sources=MIXED, name="one", temperature=2, replay={"old": {"data": "sums", "share": 0.2}})
    run(store, "mix-data", name="two", **json.loads(data.by_name(store, "one").card["mixture"]))
    assert data.by_name(store, "one").fingerprint == data.by_name(store, "two").fingerprint


def test_what_was_held_out_at_the_import_does_not_enter_and_the_rest_is_trained_on(store, sets):
    result = run(store, "mix-data", sources={"sums": {}}, name="mine")
    card = data.by_name(store, "sums").card
    assert (result["rows"], result["counts"][0]["held_out"]) == (card["training"], card["evaluation"])
    assert result["counts"][0]["held_out"] > 0
    assert len(_train_data.rows(data.by_name(store, "mine")).rows) == card["training"]


def test_what_was_held_out_at_the_import_does_not_enter_through_the_file_either(store, sets, tmp_path):
    result = run(store, "mix-data", sources={"sums": {"data": str(tmp_path / "sums.json")}}, name="mine")
    card = data.by_name(store, "sums").card
    assert (result["rows"], result["counts"][0]["held_out"]) == (card["training"], card["evaluation"])


@pytest.mark.parametrize("sources", [{"sums": {}}, MIXED, {"prompts": {}}, {"preferences": {}}, {"instructions": {}}])
def test_a_mixture_is_read_again_in_its_layout(store, sets, sources):
    result = run(store, "mix-data", sources=sources, name="mine")
    table = formats.read(Path(data.by_name(store, "mine").path))
    assert (table.layout, len(table.rows)) == (result["layout"], result["rows"])


def test_a_training_takes_what_the_preview_shows(store, sets):
    spec = kinds.parse("mix-data", {"sources": MIXED, "name": "mine"})
    shown = mixture_preview(store, spec.params, 10)
    assert "mine" not in data.names(store)
    run(store, "mix-data", **spec.params)
    trained = completion_rows(formats.read(Path(data.by_name(store, "mine").path)))
    assert [{**row.seen, "task": row.task} for row in shown.first] == trained
    assert (shown.rows, len(shown.first)) == (10, 10)


def test_a_file_is_mixed_where_it_lies(store, sets):
    result = run(store, "mix-data", sources={"felt": {"data": str(sets)}, "sums": {"quota": 2}}, name="mine")
    assert result["counts"][0] == {
        "task": "felt", "data": "felt", "size": 10, "held_out": 0, "rows": 10, "share": 10 / 12, "times": 1.0,
    }  # fmt: skip
    assert sorted(data.names(store)) == ["felt", "mine", "sums"]


def test_a_mixture_of_mixtures_names_the_outer_tasks(store, sets):
    run(store, "mix-data", sources=MIXED, name="inner")
    run(store, "mix-data", sources={"outer": {"data": "inner"}}, name="mine")
    assert {(row["task"], row["source"]) for row in rows(store, "mine")} == {("outer", "inner")}


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ({"sources": {"sumz": {}}}, UnknownName, "Unknown data set or file 'sumz'. Did you mean sums"),
        ({"sources": {"sums": 0}}, UsageError, "weight is 0"),
        ({"sources": {"sentiment": 1}}, DataError, "sentiment is a benchmark of this program"),
        ({"sources": {"felt": {"templates": "sentimnt"}}}, UnknownName, "Did you mean sentiment"),
        ({"sources": {"sums": {}}, "name": "felt"}, DataError, "There is a data set 'felt' already"),
    ],
)
def test_what_cannot_be_mixed_is_refused_before_it_is_queued(store, sets, values, error, message):
    with pytest.raises(error, match=message):
        kinds.check(store, kinds.parse("mix-data", values))


def test_a_set_whose_file_is_gone_is_refused(store, sets):
    Path(data.by_name(store, "felt").path).unlink()
    with pytest.raises(DataError, match="There is no file"):
        kinds.check(store, kinds.parse("mix-data", {"sources": {"felt": {}}}))


def test_a_cancelled_mixture_leaves_nothing(store, sets, monkeypatch):
    kept = sorted(store.workspace.data.iterdir())
    monkeypatch.setattr(WorkerContext, "cancelled", lambda self: True)
    with pytest.raises(Cancelled):
        run(store, "mix-data", sources=MIXED, name="mine")
    assert (sorted(store.workspace.data.iterdir()), data.names(store)) == (kept, ["felt", "sums"])


def test_a_spec_in_toml_names_its_sources_in_a_table():
    text = 'kind = "mix-data"\n[params]\nrows = 9\n[sources]\na = 3\nb = {weight = 1, shots = 2}\n[replay]\nold = 0.1\n'
    spec = JobSpec.from_toml(text)
    assert kinds.parse(spec.kind, spec.params).params["sources"] == {"a": 3, "b": {"weight": 1, "shots": 2}}
    assert JobSpec.from_toml(spec.toml()) == spec


def test_in_a_form_the_sources_are_typed_as_toml():
    spec = kinds.parse("mix-data", {"sources": "a = 3, b = {weight = 1}", "replay": "old = 0.1"})
    assert (spec.params["sources"], spec.params["replay"]) == ({"a": 3, "b": {"weight": 1}}, {"old": 0.1})

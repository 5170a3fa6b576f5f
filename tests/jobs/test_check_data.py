"""check-data and redact-data run within the test: what they read, count and write."""

from __future__ import annotations

import json
from pathlib import Path

import given
import pytest

from workbench import jobs as kinds
from workbench.data import formats
from workbench.errors import Cancelled, DataError, ModelError, UnknownName
from workbench.models import tiny
from workbench.spec import JobSpec
from workbench.store import data, jobs, runs
from workbench.views.data_check import data_check
from workbench.worker.context import WarmModel, WorkerContext
from workbench.workspace import bundled_file

ROWS = [
    {"prompt": "Write to jane@example.org about the boat.", "kept": {"by": "joe@example.org"}},
    {"prompt": "write to JANE@example.org about the boat."},
]


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return str(path)


def run(store, kind, **values):
    """The job's result, without a worker in between."""
    spec = kinds.parse(kind, values)
    kinds.check(store, spec)
    job = jobs.enqueue(store, spec, "light", kinds.title(spec))
    claimed = jobs.claim(store, "light", 1, 0.0, "here")
    assert claimed.id == job.id
    store.workspace.job_folder(job.id).mkdir(parents=True)
    return kinds.execute(WorkerContext(store, claimed, WarmModel()), JobSpec.from_json(claimed.spec))


def finding(result, check):
    return next(one for one in data_check(result).findings if one.check == check)


def test_a_file_is_checked_where_it_lies(store, rows):
    result = run(store, "check-data", data=rows)
    assert (result["layout"], result["rows"]) == ("prompts", 2)
    assert finding(result, "duplicates").number == 1
    assert data.names(store) == []


def test_a_bundled_set_and_a_set_of_the_workspace_are_checked_by_name(store, rows):
    assert run(store, "check-data", data="prompts")["rows"] == 120
    run(store, "import-data", path=rows, name="mine")
    assert run(store, "check-data", data="mine")["rows"] == 2


def test_tokens_are_counted_by_the_named_model(store, rows, tmp_path):
    folder = tiny.make(tmp_path / "tiny-model")
    result = run(store, "check-data", data=rows, model=str(folder), max_length=8)
    assert finding(result, "over-long-rows").number == 2
    assert finding(run(store, "check-data", data=rows), "over-long-rows").number is None


def test_a_folder_without_a_tokenizer_is_refused(store, rows, tmp_path):
    folder = tiny.make(tmp_path / "tiny-model")
    for file in folder.glob("tokenizer*"):
        file.unlink()
    with pytest.raises(ModelError, match=r"The tokenizer in .* cannot be loaded"):
        run(store, "check-data", data=rows, model=str(folder))


def test_rows_are_compared_with_bundled_benchmarks_and_with_those_that_were_run(store, tmp_path):
    bundled = json.loads(bundled_file("datasets", "sentiment", ".jsonl").read_text("utf-8").splitlines()[0])["text"]
    ran = "an item of a task that somebody ran here last week, with more than thirteen words in it"
    task = runs.add_task(store, "mine", "1", {"task": "mine"}, [{"question": ran, "choices": ["yes", "no"]}])
    job = jobs.enqueue(store, JobSpec("bench", {}), "heavy", "bench")
    runs.begin(store, given.model(store).id, None, task, runs.CLEAN, {}, 1, job.id)
    path = tmp_path / "leaky.jsonl"
    path.write_text(json.dumps({"prompt": bundled}) + "\n" + json.dumps({"prompt": f"Now: {ran}"}) + "\n")
    found = run(store, "check-data", data=str(path))["findings"]
    assert [one["sentence"] for one in found if one["check"] == "benchmark-overlap"] == [
        "1 of 100 items of sentiment found in the rows.",
        "1 of 1 item of mine found in the rows.",
    ]


def test_a_cancelled_check_stops_between_two_checks(store, rows, monkeypatch):
    monkeypatch.setattr(WorkerContext, "cancelled", lambda self: True)
    with pytest.raises(Cancelled):
        run(store, "check-data", data=rows)


@pytest.mark.parametrize(
    ("values", "error"), [({"data": "nothing"}, UnknownName), ({"data": "prompts", "model": "smolm2"}, UnknownName)]
)
def test_what_does_not_exist_is_refused_before_it_is_queued(store, values, error):
    with pytest.raises(error):
        kinds.check(store, kinds.parse("check-data", values))


def test_errors_come_first_in_the_view(store, tmp_path):
    path = tmp_path / "pairs.jsonl"
    turn = [{"role": "assistant", "content": "Same."}]
    row = {"prompt": [{"role": "user", "content": "Q?"}], "chosen": turn, "rejected": turn}
    path.write_text((json.dumps(row) + "\n") * 2)
    found = data_check(run(store, "check-data", data=str(path)))
    assert [one.level for one in found.findings][:2] == ["error", "warning"]
    assert found.verdict == "1 error, 1 warning"


def test_a_redacted_copy_is_a_data_set_of_its_own(store, rows):
    result = run(store, "redact-data", data=rows)
    made = data.by_name(store, "rows-redacted")
    assert result == {"data": "rows-redacted", "rows": 2, "changed": 2}
    assert made.source == f"{rows}, redacted"
    assert formats.read(Path(made.path)).rows == [
        {"prompt": "Write to [E-MAIL] about the boat.", "kept": {"by": "[E-MAIL]"}},
        {"prompt": "write to [E-MAIL] about the boat."},
    ]


def test_a_redacted_copy_does_not_take_the_name_of_another(store, rows):
    run(store, "import-data", path=rows, name="mine")
    with pytest.raises(DataError, match="There is a data set 'mine' already"):
        kinds.check(store, kinds.parse("redact-data", {"data": rows, "name": "mine"}))

"""An import keeps every row or none, whatever ends it; the same rows are kept once."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys

import pytest

import datasets
from workbench.data import imports, libraries, sources
from workbench.data.splits import Split
from workbench.errors import DataError, UsageError

ROWS = [{"sentence": "fine", "label": "1", "id": 1}, {"sentence": "dull", "label": "0", "id": 2}]
KEPT = b'{"text": "fine", "label": 1, "id": 1}\n{"text": "dull", "label": 0, "id": 2}\n'


def write(folder, rows=ROWS):
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def bring_in(reference, workspace, layout=None, mapped=None, tick=lambda *_: None, **options):
    return imports.bring_in(imports.source(str(reference), **options), workspace, layout, mapped or {}, Split(), tick)


def left(workspace):
    return sorted(path.name for path in workspace.data.glob("*")) if workspace.data.exists() else []


def test_rows_are_kept_in_our_layout_under_the_hash_of_what_was_written(workspace, tmp_path):
    found = bring_in(write(tmp_path), workspace)
    assert (found.kept.path.read_bytes(), found.kept.rows, found.meant.layout) == (KEPT, 2, "labelled")
    assert found.kept.fingerprint == hashlib.sha256(KEPT).hexdigest()
    assert left(workspace) == [f"{found.kept.fingerprint}.jsonl"]


def test_what_was_kept_is_read_as_the_same_rows(workspace, tmp_path):
    first = bring_in(write(tmp_path), workspace)
    assert bring_in(first.kept.path, workspace).kept == first.kept


def test_a_broken_last_row_leaves_nothing(workspace, tmp_path):
    path = write(tmp_path, [*ROWS, {"sentence": "x", "label": None}])
    with pytest.raises(DataError, match="row 3, column 'label': null"):
        bring_in(path, workspace)
    assert left(workspace) == []


def test_an_import_can_be_ended_between_rows_and_leaves_nothing(workspace, tmp_path):
    told = []

    def end(done, total, unit):
        told.append((done, total, unit))
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_in(write(tmp_path, ROWS * imports.LOOK_ROWS), workspace, tick=end)
    assert (left(workspace), len(told)) == ([], 2)


def test_an_import_tells_how_far_it_is_to_the_end(workspace, tmp_path):
    told = []
    bring_in(write(tmp_path, ROWS * 60_000), workspace, tick=lambda *now: told.append(now))
    # 120,000 rows: told before every thousand, and at the end; 46 bytes a row are 5 MB
    assert (len(told), told[0], told[-1]) == (121, (0, 5, "MB"), (5, 5, "MB"))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('{"text": "a", "score": NaN}', "row 1, column 'score': not a number"),
        ('{"text": "a", "note": "\\ud83d"}', "row 1, column 'note': half a character"),
    ],
)
def test_a_value_that_no_json_file_holds_is_refused(workspace, tmp_path, row, message):
    (tmp_path / "rows.jsonl").write_text(row)
    with pytest.raises(DataError, match=message):
        bring_in(tmp_path / "rows.jsonl", workspace)
    assert left(workspace) == []


def test_parts_of_dead_processes_are_cleared_and_those_of_the_living_stay(workspace):
    workspace.data.mkdir(parents=True)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for pid in (dead.pid, os.getpid()):
        (workspace.data / f"import.jsonl.{pid}.part").write_text("half")
    assert [path.name for path in sources.clear_stale_parts(workspace)] == [f"import.jsonl.{dead.pid}.part"]
    assert left(workspace) == [f"import.jsonl.{os.getpid()}.part"]


def test_a_look_refuses_at_once_and_keeps_nothing(workspace, tmp_path):
    with pytest.raises(DataError, match="row 2"):
        imports.look(str(write(tmp_path, [ROWS[0], {"sentence": "x", "label": 0.5}])), None, {})
    assert left(workspace) == []


@pytest.mark.parametrize(
    ("reference", "name"), [("/a/rows.v2.jsonl", "rows.v2"), ("owner/set-v1.5", "set-v1.5"), ("/a/saved", "saved")]
)
def test_a_data_set_is_called_what_its_source_is_called(reference, name):
    assert imports.name_of(reference) == name


def test_named_columns_are_written_as_pairs():
    assert imports.columns(" prompt=a b , completion=c") == {"prompt": "a b", "completion": "c"}
    assert imports.columns(None) == {}
    with pytest.raises(UsageError, match=r"--map prompt: expected our column, =, and the file's"):
        imports.columns("prompt")


@pytest.fixture
def saved(tmp_path):
    made = datasets.Dataset.from_list(ROWS)
    made.save_to_disk(tmp_path / "one")
    datasets.DatasetDict(train=made, test=made.select([1])).save_to_disk(tmp_path / "two")
    return tmp_path


def test_a_folder_saved_by_the_datasets_library_is_a_source(workspace, saved):
    assert bring_in(saved / "one", workspace).kept.path.read_bytes() == KEPT
    assert bring_in(saved / "two", workspace, split="test").kept.rows == 1


@pytest.mark.parametrize(
    ("split", "message"),
    [(None, "has several splits. Choose one: --split train or --split test"), ("dev", "has no split 'dev'")],
)
def test_of_several_splits_one_is_chosen(workspace, saved, split, message):
    with pytest.raises(DataError, match=message):
        bring_in(saved / "two", workspace, split=split)


def test_a_damaged_folder_and_one_of_other_things_are_refused(workspace, saved):
    with pytest.raises(DataError, match="is a folder, but not one that the datasets library saved"):
        bring_in(saved, workspace)
    (saved / "one" / "state.json").write_text("{}")
    with pytest.raises(DataError, match="is damaged"):
        bring_in(saved / "one", workspace)


def test_a_saved_file_that_is_cut_off_is_refused_before_it_is_mapped_into_memory(workspace, saved):
    (file,) = (saved / "one").glob("*.arrow")
    file.write_bytes(file.read_bytes()[:-300])  # reading past its end would kill the process with SIGBUS
    with pytest.raises(DataError, match="is damaged"):
        bring_in(saved / "one", workspace)


def test_the_hub_is_the_datasets_librarys_own_loader(tmp_path, monkeypatch):
    """A folder beside us answers to owner/name there, so no network is needed to see that its rows arrive."""
    (tmp_path / "owner" / "name").mkdir(parents=True)
    write(tmp_path / "owner" / "name")
    monkeypatch.chdir(tmp_path)
    found = libraries.from_hub("owner/name", None, "train")
    assert [row["sentence"] for row, _ in libraries.stream(found)] == ["fine", "dull"]
    assert [row["id"] for row in libraries.sample(found, 1)] == [1]


def test_a_hub_id_that_cannot_be_fetched_says_what_to_look_at(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
    with pytest.raises(DataError, match=r"nobody/nothing could not be fetched .*--config, --split and the network"):
        libraries.from_hub("nobody/nothing", None, None)


def test_a_file_has_no_splits(workspace, tmp_path):
    with pytest.raises(DataError, match="has no configurations and no splits"):
        bring_in(write(tmp_path), workspace, split="train")


def test_a_missing_file_is_not_taken_for_a_hub_id(workspace):
    with pytest.raises(DataError, match=r"There is no file data/rows\.jsonl"):
        bring_in("data/rows.jsonl", workspace)


@pytest.mark.parametrize(("name", "seen"), [("rows.jsonl", True), ("rows.json", False)])
def test_a_look_at_a_long_file_takes_a_sample_where_that_is_quick(tmp_path, monkeypatch, name, seen):
    monkeypatch.setattr(imports, "_WHOLE", 10)
    path = tmp_path / name
    path.write_text('{"none": "of ours"}' if seen else '[{"none": "of ours"}]')
    if seen:
        with pytest.raises(DataError, match="no known layout"):
            imports.look(str(path), None, {})
    else:
        imports.look(str(path), None, {})  # left to the import
    with pytest.raises(UsageError, match="Unknown layout"):
        imports.look(str(path), "alpacca", {})

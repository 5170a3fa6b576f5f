"""Whatever a file holds, an import keeps all of it or says in words what is wrong, and leaves nothing half done."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pyarrow
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from pyarrow import parquet

from workbench.data import formats, imports
from workbench.data.splits import Split
from workbench.errors import WorkbenchError
from workbench.workspace import Workspace

NAMES = (
    "prompt", "completion", "chosen", "rejected", "label", "messages", "conversations", "instruction", "input",
    "output", "text", "sentence", "question", "choices", "answer", "answers", "context", "ans0", "ans1", "kto_tag",
    "history", "response", "document", "summary", "note", "",
)  # fmt: skip
TEXT = st.text(st.characters(), max_size=8) | st.sampled_from(["A", "1", "true", "[]", '["a", "b"]', '[{"role": 1}]'])
MESSAGE = st.fixed_dictionaries(
    {},
    optional={
        "role": st.sampled_from(["system", "user", "assistant", "tool"]), "content": TEXT,
        "from": st.sampled_from(["human", "gpt", "system", "x"]), "value": TEXT | st.none(),
    },
)  # fmt: skip
SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
VALUE = SCALAR | st.lists(MESSAGE, max_size=3) | st.lists(SCALAR, max_size=3) | MESSAGE
ASK, SAY = {"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}
SOUND = st.sampled_from([
    {"prompt": "Why?"}, {"prompt": "Why?", "completion": "So."}, {"messages": [ASK, SAY]}, {"text": "a", "label": "1"},
    {"prompt": [ASK], "chosen": [SAY], "rejected": "No."}, {"messages": [ASK, SAY], "label": True}, {"text": "a"},
    {"conversations": [{"from": "human", "value": "Why?"}]}, {"question": "Why?", "choices": ["a", "b"], "answer": "B"},
    {"instruction": "Add.", "output": "3", "history": [["a", "b"]]}, {"question": "Why?", "answers": ["So."]},
])  # fmt: skip
ANYTHING = st.dictionaries(st.sampled_from(NAMES), VALUE, max_size=6)
# a sound row, one with a column too many or changed, or no sense at all
ROW = SOUND | st.builds(lambda row, more: {**row, **dict(list(more.items())[:1])}, SOUND, ANYTHING) | ANYTHING
ROWS = st.lists(ROW, max_size=4)
FORMATS = ("rows.jsonl", "rows.json", "rows.csv", "rows.tsv", "rows.txt", "rows.parquet")


def import_or_refuse(write, name, layout=None, mapped=None):
    """Write a file, import it, and read back what was kept; refused: nothing is left."""
    with tempfile.TemporaryDirectory() as folder:
        path, workspace = Path(folder) / name, Workspace(Path(folder) / "workspace")
        write(path)
        try:
            imports.look(str(path), layout, mapped or {})
            split = Split(0.5)
            found = imports.bring_in(imports.source(str(path)), workspace, layout, mapped or {}, split, lambda *_: None)
        except WorkbenchError:
            assert not workspace.data.exists() or list(workspace.data.iterdir()) == []
            return
        table = formats.read(found.kept.path)
        assert (table.layout, len(table.rows)) == (found.meant.layout, found.kept.rows)
        assert [one.name for one in workspace.data.iterdir()] == [found.kept.path.name]


@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None, max_examples=60)
@drawn(st.binary(max_size=120))
def test_bytes(name, content):
    import_or_refuse(lambda path: path.write_bytes(content), name)


@pytest.mark.parametrize("name", ["rows.csv", "rows.tsv", "rows.txt"])
@settings(deadline=None, max_examples=60)
@drawn(st.lists(st.lists(st.sampled_from(NAMES) | TEXT, min_size=1, max_size=4), max_size=4), st.sampled_from(",\t"))
def test_tables(name, lines, delimiter):
    content = "\n".join(delimiter.join(line) for line in lines).encode("utf-8", "surrogatepass")
    import_or_refuse(lambda path: path.write_bytes(content), name)


@settings(deadline=None, max_examples=400)
@drawn(ROWS, st.booleans())
def test_rows_as_json(rows, as_array):
    content = json.dumps(rows) if as_array else "\n".join(map(json.dumps, rows))
    import_or_refuse(lambda path: path.write_text(content), "rows.json" if as_array else "rows.jsonl")


@settings(deadline=None, max_examples=200)
@drawn(
    ROWS,
    st.sampled_from(["text", "messages", "unpaired", "choices", "preferences", "prompts", "labelled", "none"]),
    st.dictionaries(st.sampled_from(["prompt", "text", "completion", "label"]), st.sampled_from(NAMES), max_size=2),
)
def test_rows_with_wishes(rows, layout, mapped):
    content = "\n".join(map(json.dumps, rows))
    import_or_refuse(lambda path: path.write_text(content), "rows.jsonl", None if layout == "none" else layout, mapped)


@settings(deadline=None, max_examples=60)
@drawn(ROWS)
def test_rows_as_parquet(rows):
    written = io.BytesIO()
    try:
        parquet.write_table(pyarrow.Table.from_pylist(rows), written)
    except (pyarrow.ArrowException, UnicodeEncodeError, OverflowError):
        return  # no parquet file can hold these rows
    import_or_refuse(lambda path: path.write_bytes(written.getvalue()), "rows.parquet")


def _sound_parquet():
    written = io.BytesIO()
    rows = [{"prompt": f"Why {n}, é?", "many": [n, None], "messages": [ASK, SAY]} for n in range(20)]
    parquet.write_table(pyarrow.Table.from_pylist(rows), written)
    return written.getvalue()


SOUND_PARQUET = _sound_parquet()


@settings(deadline=None, max_examples=100)
@drawn(st.dictionaries(st.integers(0, len(SOUND_PARQUET) - 1), st.integers(0, 255), min_size=1, max_size=4))
def test_parquet_with_broken_bytes(broken):
    content = bytearray(SOUND_PARQUET)
    for place, value in broken.items():
        content[place] = value
    import_or_refuse(lambda path: path.write_bytes(content), "rows.parquet")

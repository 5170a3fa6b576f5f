"""The event log as a file: another workspace becomes the same, or stays as it was."""

from __future__ import annotations

import hashlib
import json

import given
import pytest

from workbench import jobs as kinds
from workbench.errors import DataError, StoreError
from workbench.rating.session import RatingSession
from workbench.rating.versus import VersusSession
from workbench.records import BatchSettings, NewItem
from workbench.store import exports, gold, integrity, jobs, judgments, models, open_store
from workbench.store.event_import import TakenUp, take_up
from workbench.store.event_log import TABLES, write
from workbench.worker.context import WarmModel, WorkerContext
from workbench.workspace import Workspace


@pytest.fixture
def judged(store):
    """Ratings with an undo and a note, a repeat, gold, an imported rater, and compared pairs."""
    batch = given.batch(store, [["a", "b"], ["c", "d"]], judged=BatchSettings(repeats=0.5), gold=[NewItem(1, (1,))])
    gold.add(store, batch.rubric_id, [(1, {"fluency": 5})], "ada")
    given.rated(store, batch, {1: (5, 4, 5), 2: (1, 2, 1), 3: (3, 3, 3), 4: (5, 5, 5)})
    session = RatingSession.open(store, batch.id, "bob")
    place = session.place()
    session.commit(store, session.note(place, "a – “note”", given.NOW, 1000))
    session.commit(store, session.score(place, 4, given.NOW, 1000))
    session.commit(store, session.undo(given.NOW, 1000))
    judgments.add_rater(store, "elsewhere", "imported")
    pairs = given.batch(store, [["a", "b"]], judged=BatchSettings("pairs"))
    versus = VersusSession.open(store, pairs.id, "ada")
    versus.commit(store, versus.compare(versus.place(), "left", given.NOW, 1000))
    return store


@pytest.fixture
def other(tmp_path):
    with open_store(Workspace(tmp_path / "other")) as opened:
        yield opened


def contents(store):
    """Every row of every table of the log, and of what follows from the events."""
    names = (*(table.name for table in TABLES), "ratings", "comparisons")
    return {name: sorted(map(repr, map(tuple, store.read(f"SELECT * FROM {name}")))) for name in names}


def preferences(store):
    """The hash of what `export preferences` writes."""
    spec = kinds.parse("export-preferences", {})
    jobs.enqueue(store, spec, "light", "export")
    kinds.execute(WorkerContext(store, jobs.claim(store, "light", 1, 0.0, "here"), WarmModel()), spec)
    return exports.all_exports(store)[0].sha256


def test_an_empty_workspace_becomes_the_same(judged, other, tmp_path):
    log = write(judged, tmp_path / "log.jsonl")
    taken = take_up(other, log.path)
    assert contents(other) == contents(judged)
    assert (taken.rows, taken.added, taken.judgments) == (log.rows, log.rows, judgments.count(judged))
    assert (integrity.view_differences(other), integrity.gaps(other), integrity.broken_references(other)) == (0, [], 0)


def test_its_exports_are_the_same_bytes(judged, other, tmp_path):
    take_up(other, write(judged, tmp_path / "log.jsonl").path)
    assert preferences(other) == preferences(judged)


def test_its_own_log_is_the_same_file(judged, other, tmp_path):
    first = write(judged, tmp_path / "first.jsonl").path
    take_up(other, first)
    assert write(other, tmp_path / "second.jsonl").path.read_bytes() == first.read_bytes()


def test_twice_adds_nothing(judged, other, tmp_path):
    log = write(judged, tmp_path / "log.jsonl").path
    rows = take_up(other, log).rows
    before = contents(other)
    assert take_up(other, log) == TakenUp(rows, 0, 0)
    assert contents(other) == before


def test_what_was_judged_since_is_added(judged, other, tmp_path):
    take_up(other, write(judged, tmp_path / "first.jsonl").path)
    given.rated(judged, given.batch(judged, [["a"]]), {1: (2, 2, 2)}, "cat")
    taken = take_up(other, write(judged, tmp_path / "second.jsonl").path)
    assert taken.judgments == 3
    assert contents(other) == contents(judged)


def test_a_job_at_work_is_lost_where_nobody_works_on_it(judged, other, tmp_path):
    jobs.enqueue(judged, kinds.parse("export-preferences", {}), "light", "export")
    jobs.claim(judged, "light", 1, 0.0, "here")
    take_up(other, write(judged, tmp_path / "log.jsonl").path)
    assert tuple(other.one("SELECT state, pid FROM jobs")) == ("lost", None)


def test_a_parent_may_come_after_its_child(judged, other, tmp_path):
    later = models.add(judged, "later", "later", "folder", None, "1")
    models.add(judged, "small", "small", "trained", None, "2", parent_id=later.id)
    take_up(other, write(judged, tmp_path / "log.jsonl").path)
    assert models.by_name(other, "small").parent_id == later.id


def test_work_of_its_own_is_not_mixed_with_another(judged, other, tmp_path):
    given.batch(other, [["something else"]])
    before = contents(other)
    with pytest.raises(DataError, match=r"log.jsonl, line \d+: prompts, id 1 is another one in this workspace"):
        take_up(other, write(judged, tmp_path / "log.jsonl").path)
    assert contents(other) == before


def test_raters_go_on_while_it_is_written(judged, tmp_path):
    """What comes after the beginning is not in it."""
    with open_store(judged.workspace) as own, judged.snapshot() as db:
        before = db.execute("SELECT COUNT(*) FROM raters").fetchone()[0]
        judgments.add_rater(own, "late")
        assert db.execute("SELECT COUNT(*) FROM raters").fetchone()[0] == before


def test_a_place_that_cannot_be_written_is_named(judged, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"The log .*file/log.jsonl cannot be written"):
        write(judged, tmp_path / "file" / "log.jsonl")


# --- what is refused ---


def changed(lines, number, change):
    """The lines with the one of that number (from 1) changed, and the end made to fit."""
    bodies = [json.loads(line) for line in lines]
    change(bodies[number - 1])
    rows = [json.dumps(body).encode() + b"\n" for body in bodies[:-1]]
    digest = hashlib.sha256(b"".join(rows[1:])).hexdigest()
    return [*rows, json.dumps({"end": {"rows": len(rows) - 1, "sha256": digest}}).encode() + b"\n"]


def at(lines, table):
    """The number of the first line of a table."""
    return next(number for number, line in enumerate(lines, 1) if json.loads(line).get("table") == table)


BROKEN = {
    "empty": (lambda lines: [], "line 1: the file is cut off here"),
    "cut between lines": (lambda lines: lines[:10], "line 11: the file is cut off here"),
    "cut within a line": (lambda lines: [*lines[:9], lines[9][:-5]], "line 10: the file is cut off here"),
    "a line lost": (lambda lines: [*lines[:-2], lines[-1]], r"line \d+: the rows are not those that were written"),
    "a line more": (lambda lines: [*lines, b"{}\n"], r"line \d+: there is more after the end"),
    "not json": (lambda lines: [lines[0], b"{]\n", *lines[2:]], "line 2: not readable JSON"),
    "not utf-8": (lambda lines: [lines[0], b'{"a": "\xff"}\n', *lines[2:]], "line 2: not readable JSON"),
    "an array": (lambda lines: [lines[0], b"[]\n", *lines[2:]], "line 2: expected an object, found list"),
    "another file": (lambda lines: [b'{"prompt": "Why?"}\n'], "line 1: this is no event log. It is made by"),
    "newer version": (
        lambda lines: changed(lines, 1, lambda body: body.update(version=2)),
        r"line 1: made by a newer workbench \(version 2, not 1\). Update workbench.",
    ),
    "newer schema": (lambda lines: changed(lines, 1, lambda body: body.update(schema=99)), "schema 99, not"),
    "unknown table": (
        lambda lines: changed(lines, 3, lambda body: body.update(table="x")),
        "line 3: unknown table 'x'",
    ),
    "unknown column": (
        lambda lines: changed(lines, 2, lambda body: body["row"].update(colour="red")),
        "line 2: these are not the columns of settings: ",
    ),
    "a nested value": (
        lambda lines: changed(lines, 2, lambda body: body["row"].update(value=["red"])),
        "line 2: a row is an object of texts and numbers",
    ),
    "half a character": (
        lambda lines: changed(lines, 2, lambda body: body["row"].update(value="\ud800")),
        "line 2: the database refuses this row",
    ),
    "a score of 6": (
        lambda lines: changed(lines, at(lines, "judgments"), lambda body: body["row"].update(value=6)),
        r"line \d+: the database refuses this row \(CHECK",
    ),
    "a gap": (
        lambda lines: changed(lines, at(lines, "judgments"), lambda body: body["row"].update(seq=2)),
        r"line \d+: the database refuses this row \(judgments of a session are numbered without a gap",
    ),
    "a rater who is not there": (
        lambda lines: changed(lines, at(lines, "sessions"), lambda body: body["row"].update(rater_id=99)),
        r"line \d+: the database refuses this row \(FOREIGN KEY",
    ),
    "a parent who is not there": (
        lambda lines: changed(lines, at(lines, "models"), lambda body: body["row"].update(parent_id=99)),
        "holds a model without its parent",
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_is_refused_with_its_line_and_leaves_nothing(judged, other, tmp_path, how):
    breaking, message = BROKEN[how]
    log = write(judged, tmp_path / "log.jsonl").path
    log.write_bytes(b"".join(breaking(log.read_bytes().splitlines(keepends=True))))
    before = contents(other)
    with pytest.raises(DataError, match=message):
        take_up(other, log)
    assert contents(other) == before


def test_a_file_that_is_not_there_is_named(other, tmp_path):
    with pytest.raises(DataError, match="There is no file"):
        take_up(other, tmp_path / "none.jsonl")

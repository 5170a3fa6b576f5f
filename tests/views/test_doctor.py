"""Doctor finds what could lose work."""

from __future__ import annotations

import given
import pytest

from workbench.store import Store
from workbench.store.backup import backup
from workbench.views.doctor import doctor


@pytest.fixture
def rated(store):
    given.rated(store, given.batch(store, [["a", "b"]]), {1: (3, 3, 3)})
    return store


def verdicts(store):
    return {check.name: check.verdict for check in doctor(store)}


def test_a_sound_workspace_has_nothing_bad(rated):
    assert "bad" not in verdicts(rated).values()


def test_a_guard_that_was_dropped_is_named(rated):
    rated.connection.execute("DROP TRIGGER judgments_never_deleted")
    (found,) = [check for check in doctor(rated) if check.verdict == "bad"]
    assert (found.name, found.text) == ("guards", "missing: judgments_never_deleted")


def test_an_event_that_was_removed_is_a_gap(rated):
    rated.connection.execute("DROP TRIGGER judgments_never_deleted")
    rated.connection.execute("PRAGMA foreign_keys=OFF")
    rated.connection.execute("DELETE FROM judgments WHERE seq = 2")
    found = verdicts(rated)
    assert (found["events"], found["ratings"], found["references"]) == ("bad", "bad", "bad")


def test_a_rating_that_was_changed_by_hand_is_found(rated):
    rated.connection.execute("UPDATE ratings SET value = 5 WHERE kind = 'score'")
    assert verdicts(rated)["ratings"] == "bad"


def test_a_damaged_file_is_bad_with_the_way_back_and_nothing_else_is_read_from_it(rated):
    copy = backup(rated)
    page = rated.value("SELECT rootpage FROM sqlite_schema WHERE name = 'ratings'")
    rated.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with rated.path.open("r+b") as file:
        file.seek((page - 1) * rated.value("PRAGMA page_size"))
        file.write(b"\xff" * 200)
    with Store(rated.workspace) as other:
        (found,) = [check for check in doctor(other) if check.verdict == "bad"]
    assert (found.name, f"then copy {copy} to {rated.path}." in found.text) == ("database", True)


def test_weights_that_are_gone_are_named(rated, tmp_path):
    rated.connection.execute("UPDATE models SET path = ?", (str(tmp_path / "gone"),))
    (found,) = [check for check in doctor(rated) if check.name == "models"]
    assert (found.verdict, found.text) == ("bad", "weights are gone: small")


def test_a_shared_folder_with_a_private_database_is_bad(rated):
    rated.workspace.root.chmod(0o2770)
    rated.path.chmod(0o600)
    assert verdicts(rated)["sharing"] == "bad"

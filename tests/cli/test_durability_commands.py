"""`doctor --repair`, `export events` and `events import`, as a person runs them."""

from __future__ import annotations

import given
import pytest
from command_line import workbench

from workbench.store import open_store


@pytest.fixture
def rated(workspace):
    with open_store(workspace) as store:
        given.rated(store, given.batch(store, [["a", "b"]]), {1: (5, 4, 5), 2: (1, 1, 1)})
    return workspace


def spoil(workspace):
    with open_store(workspace) as store:
        store.connection.execute("DELETE FROM ratings WHERE completion_id = 1 AND criterion = 'fluency'")


def test_repair_says_what_differed_and_doctor_is_content(rated):
    spoil(rated)
    assert workbench("--workspace", rated.root, "doctor").code == 1
    answer = workbench("--workspace", rated.root, "doctor", "--repair")
    assert answer.code == 0
    first, second, third = answer.out.splitlines()[:3]
    assert first == "1 row of ratings differed; made again"
    assert second == (
        "  ratings: was missing: rater_id 1, item_id 1, completion_id 1, kind score, criterion fluency, value 5,"
        f" judgment_id {_judgment(rated)}"
    )
    assert third.startswith(f"as it was before: {rated.backups}")


def _judgment(workspace):
    with open_store(workspace) as store:
        return store.value("SELECT id FROM judgments WHERE completion_id = 1 AND criterion = 'fluency'")


def test_repair_of_a_sound_workspace_changes_nothing(rated):
    shown = workbench("--workspace", rated.root, "--json", "doctor", "--repair").json
    assert shown["repair"] == {
        "differed": {"ratings": 0, "comparisons": 0}, "examples": [], "guards": [], "backup": None,
    }  # fmt: skip


def test_a_log_makes_another_workspace_that_exports_the_same(rated, tmp_path):
    log, other = tmp_path / "log.jsonl", tmp_path / "other"
    written = workbench("--workspace", rated.root, "--json", "export", "events", "--out", log).json
    taken = workbench("--workspace", other, "--json", "events", "import", log).json
    assert (taken["rows"], taken["judgments"]) == (written["rows"], 6)
    shas = [
        workbench("--workspace", at, "--json", "export", "preferences").json["sha256"] for at in (rated.root, other)
    ]
    assert shas[0] == shas[1]


def test_a_log_is_taken_up_once(rated, tmp_path):
    log = tmp_path / "log.jsonl"
    assert workbench("--workspace", rated.root, "export", "events", "--out", log).out.startswith("6 judgments in ")
    again = workbench("--workspace", rated.root, "events", "import", log)
    assert again.out.startswith("0 judgments in 0 new rows; ")


def test_a_broken_log_is_one_sentence(rated, tmp_path):
    (tmp_path / "log.jsonl").write_text("{}\n")
    answer = workbench("--workspace", rated.root, "events", "import", tmp_path / "log.jsonl")
    assert (answer.code, answer.out, "log.jsonl, line 1: this is no event log." in answer.err) == (1, "", True)

"""`workbench judge`: the report as a person and as a script reads it; what cannot be asked is refused."""

from __future__ import annotations

import given
import pytest
import served
from command_line import workbench

from workbench.store import jobs, judgments, open_store

JUDGE = "small (judge, logprobs)"


@pytest.fixture
def judged(workspace):
    """Five answers that ada and a model gave the same points."""
    with open_store(workspace) as store:
        batch = given.batch(store, [[f"{n}"] for n in range(5)])
        judgments.add_rater(store, JUDGE, "model")
        for rater in ("ada", JUDGE):
            given.judged(store, batch, {n: (n, n, 3) for n in range(1, 6)}, rater)
    return workspace.root


def test_the_report_names_judge_person_and_why_a_number_is_missing(judged):
    answer = workbench("--workspace", judged, "judge", "report", "--batch", 1)
    assert answer.code == 0
    assert f"{JUDGE}: 15 scores, 0 comparisons, 0 unreadable" in answer.out
    assert "fluency    ada     5  1.000" in answer.out
    assert "no variation: a rater gave 3 throughout" in answer.out
    assert "nan" not in answer.out


def test_as_json_every_agreement_has_its_judgments(judged):
    (report,) = workbench("--workspace", judged, "--json", "judge", "report").json
    assert [one["criterion"] for one in report["scores"]] == list(given.CRITERIA)
    assert {len(one["judgments"]) for one in report["scores"]} == {5}


def test_without_a_judge_it_says_so(workspace):
    with open_store(workspace) as store:
        given.rated(store, given.batch(store, [["a", "b"]]), {1: (5, 5, 5)})
    assert workbench("--workspace", workspace.root, "judge", "report").out == "No model has judged on general yet.\n"


def test_a_server_that_cannot_do_it_is_refused_and_nothing_is_queued(workspace):
    with open_store(workspace) as store:
        given.batch(store, [["a", "b"]])
    with served.serving() as server:
        answer = workbench(
            "--workspace", workspace.root, "judge", "run", "--model", f"{server.url}#qwen", "--batch", 1, "--how",
            "logprobs",
        )  # fmt: skip
    assert answer.code == 1
    assert "gives no log-probabilities of a prompt" in answer.err
    with open_store(workspace) as store:
        assert jobs.recent(store) == []

"""`export`: the counts first, every threshold an option, and made again with the same contents."""

from __future__ import annotations

import json

import given
import pytest
from command_line import workbench

from workbench.store import batches, models, open_store


@pytest.fixture
def rated(workspace):
    """Two answers to each of two prompts, good and bad."""
    with open_store(workspace) as store:
        batch = given.batch(store, [["a", "b"], ["c", "d"]])
        given.rated(store, batch, {1: (5, 4, 5), 2: (1, 2, 1), 3: (3, 3, 3), 4: (5, 5, 5)})
    return workspace


def export(rated, *words):
    return workbench("--workspace", rated.root, "--json", "export", *words)


def test_a_preview_shows_counts_and_rows_and_writes_nothing(rated):
    shown = export(rated, "kto", "--preview", "--good-mean", "3").json
    assert (shown["counts"], len(shown["rows"]), shown["advice"]) == ({"kept": 4}, 3, None)
    assert workbench("--workspace", rated.root, "--json", "jobs", "list").json == []


def test_labels_are_written_to_the_file_that_is_named(rated, tmp_path):
    answer = export(rated, "kto", "--out", tmp_path / "labels.jsonl", "--name", "mine").json
    rows = [json.loads(line) for line in (tmp_path / "labels.jsonl").read_text().splitlines()]
    assert [row["label"] for row in rows] == [True, False, True]
    assert (answer["rows"], answer["data"], (tmp_path / "labels.card.toml").is_file()) == (3, "mine", True)


def test_an_export_is_made_again_after_more_ratings(rated):
    first = export(rated, "ratings").json
    with open_store(rated) as store:
        given.rated(store, batches.by_id(store, 1), {1: (1, 1, 1)}, "bob")
    assert export(rated, "ratings").json["sha256"] != first["sha256"]
    again = workbench("--workspace", rated.root, "export", "again", "1")
    assert again.out.strip() == f"the same 4 rows: {first['sha256']}"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("kto", "--good-mean", "6"), 2, "good_mean: input should be less than or equal to 5, not 6"),
        (("kto", "--out", "x.csv"), 2, "x.csv is neither .jsonl nor .parquet"),
        (("kto", "--raters", "people"), 2, "'people' is not one of 'human', 'model', 'imported'"),
        (("ratings", "--raters", "imported"), 1, "Nothing has been rated yet"),
        (("comparisons", "--min-share", "0.5"), 2, "min_share: input should be greater than 0.5"),
        (("again", "7"), 2, "There is no export 7. There is none yet."),
    ],
)
def test_what_cannot_be_exported_is_refused(rated, words, code, message):
    answer = workbench("--workspace", rated.root, "export", *words)
    assert (answer.code, answer.out) == (code, "")
    assert message in answer.err


@pytest.mark.parametrize("words", [("agree",), ("export", "preferences", "--preview"), ("export", "kto", "--preview")])
def test_who_asks_for_another_rubric_than_was_rated_on_is_told_which_was(rated, words):
    answer = workbench("--workspace", rated.root, *words, "--rubric", "summary")
    assert "general" in answer.out + answer.err
    assert "Nothing has been rated yet" not in answer.out


def test_the_training_named_next_begins_with_the_newest_model(rated):
    with open_store(rated) as store:
        models.add(store, "round 1", "round 1", "trained", None, "-")
    said = workbench("--workspace", rated.root, "export", "preferences", "--name", "mine").out
    assert said.endswith("; next: workbench train dpo --model 'round 1' --data mine\n")

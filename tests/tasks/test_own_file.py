"""A mistake in a task file of the user's is told with file, key and value, and with the nearest right one."""

from __future__ import annotations

import json

import pytest

from workbench.errors import DataError, UsageError
from workbench.tasks import index
from workbench.tasks.load import load

RIGHT = """task: quiz
dataset_path: json
dataset_kwargs:
  data_files:
    test: rows.jsonl
test_split: test
output_type: multiple_choice
doc_to_text: "{{question}}"
doc_to_choice: "{{choices}}"
doc_to_target: answer
metric_list:
  - metric: acc
"""


@pytest.fixture
def quiz(tmp_path):
    """Writes the file with one thing in it replaced, and gives its path."""
    rows = [{"question": "Is it?", "choices": ["no", "yes"], "answer": 1}]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    def write(right="", wrong=""):
        assert right in RIGHT
        (tmp_path / "quiz.yaml").write_text(RIGHT.replace(right, wrong) if right else RIGHT)
        return str(tmp_path / "quiz.yaml")

    return write


def asked(store, file):
    loaded = load(store, file)
    return loaded.requests(loaded.docs)


def test_a_right_one_is_loaded(store, quiz):
    assert load(store, quiz()).name == "quiz"


@pytest.mark.parametrize(
    ("right", "wrong", "message", "hint"),
    [
        ("doc_to_text:", "doc_to_txt:", "there is no key 'doc_to_txt'", "Did you mean doc_to_text"),
        ("multiple_choice", "multiplechoice", "there is no output_type 'multiplechoice'", "mean multiple_choice"),
        ("test_split: test", "test_split: tset", "there is no test_split 'tset'", "Did you mean test?"),
        ("dataset_path: json\n", "", "has no dataset_path", "dataset_path: json"),
        ("rows.jsonl", "row.jsonl", "there is no data file /", "mend data_files"),
        ("{{question}}", "{{qestion}}", "cannot be rendered: 'qestion' is undefined", "what a row holds"),
        ("{{choices}}", "{{choices", "cannot be rendered: unexpected end of template", "what a row holds"),
        ("doc_to_target: answer", "doc_to_target: anser", "doc_to_target gives 'anser'", "question, choices, answer"),
        ("metric: acc", "metric: accuracy", "none of lm-eval's own. Did you mean acc", "Read it through"),
    ],
)
def test_a_mistake_is_told_with_what_is_near(store, quiz, right, wrong, message, hint):
    file = quiz(right, wrong)
    with pytest.raises(DataError) as told:
        asked(store, file)
    assert "quiz.yaml" in told.value.message
    assert (message in told.value.message, hint in (told.value.hint or "")) == (True, True), str(told.value)


def test_a_gold_answer_that_is_a_choice_in_words_is_right(store, quiz):
    load(store, quiz("doc_to_target: answer", 'doc_to_target: "{{choices[answer]}}"'))


def test_a_gold_answer_beyond_the_choices_is_told(store, quiz):
    with pytest.raises(DataError, match=r"quiz\.yaml: doc_to_target gives a number beyond the choices"):
        load(store, quiz("doc_to_target: answer", 'doc_to_target: "{{answer + 1}}"'))


def test_a_file_that_is_not_there_is_no_unknown_task(tmp_path):
    with pytest.raises(UsageError, match=r"There is no file .*/nothere\.yaml"):
        index.path(str(tmp_path / "nothere.yaml"))

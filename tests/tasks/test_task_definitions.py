"""Which tasks there are, what of them may be perturbed, and where their data comes from."""

from __future__ import annotations

import pytest

from workbench.errors import DataError, UnknownName, UsageError
from workbench.models.generation_kwargs import decoding
from workbench.spec import canonical_json
from workbench.store import mirrors
from workbench.tasks import index
from workbench.tasks.fields import input_fields


def test_a_misspelt_task_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="multiple_choice"):
        index.path("multiple_choise")


def test_lm_evals_own_tasks_are_found_by_name():
    assert index.path("sst2").parts[-3:] == ("glue", "sst2", "default.yaml")


def test_gold_and_options_are_no_input():
    config = {
        "doc_to_text": "{{passage}} {{question}} {% for c in choices %}{{c}}{% endfor %}",
        "doc_to_choice": "{{choices}}",
        "doc_to_target": "label",
    }
    assert input_fields(config) == ("passage", "question")


def test_a_bare_word_is_a_field():
    assert input_fields({"doc_to_text": "question", "doc_to_target": "answer"}) == ("question",)


def test_text_made_in_python_has_no_known_fields():
    with pytest.raises(UsageError, match="Name the fields"):
        input_fields({"task": "x", "doc_to_text": len})


def test_a_stock_task_reads_the_mirror_of_its_data(store, tmp_path):
    from workbench.tasks.load import load

    rows = tmp_path / "dev.tsv"
    rows.write_text("sentence\tlabel\na joy to sit through\t1\nslow and joyless\t0\n")
    mirrors.add(store, "nyu-mll/glue", "sst2", "validation", str(rows), "ab")
    task = load(store, "sst2")
    first, second = task.requests(task.docs)[0]
    assert task.fields == ("sentence",)
    assert first.args == (
        "a joy to sit through\nQuestion: Is this sentence positive or negative?\nAnswer:",
        " negative",
    )
    assert second.args[1] == " positive"


def test_a_stock_task_without_its_data_says_how_to_mirror_it(store, monkeypatch):
    from workbench.tasks.load import load

    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
    with pytest.raises(DataError, match="workbench data mirror nyu-mll/glue --config cola --split validation FILE"):
        load(store, "cola")


@pytest.mark.parametrize("name", index.bundled())
def test_a_bundled_task_asks_offline_and_is_kept_as_text(store, name):
    from workbench.tasks.load import load

    task = load(store, name, limit=2)
    assert len(task.requests(task.docs)) == 2
    assert f'"task":"{name}"' in canonical_json(task.definition)


@pytest.mark.parametrize(("shots", "words"), [(100, "has 100 examples"), (99, None)])
def test_an_item_is_no_example_before_itself(store, shots, words):
    from workbench.tasks.load import load

    if words:
        with pytest.raises(UsageError, match=words):
            load(store, "sentiment", limit=1, shots=shots)
    else:
        task = load(store, "sentiment", limit=1, shots=shots)
        assert task.requests(task.docs)[0][0].args[0].count(task.docs[0]["text"]) == 1


def test_a_gold_number_without_choices_is_no_place(store, tmp_path):
    from workbench.records import Generated
    from workbench.tasks.load import load

    rows = tmp_path / "dev.jsonl"
    rows.write_text('{"passage": "Ice is cold.", "question": "is ice cold", "label": 1}\n')
    mirrors.add(store, "aps/super_glue", "boolq", "validation", str(rows), "ab")
    task = load(store, "boolq-seq2seq")
    (asked,) = task.requests(task.docs)
    found = task.answer(1, task.docs[0], asked, [Generated(" yes", 1, "stop")], False)
    assert (found.choices, found.gold, found.scores) == ((), None, {"exact_match": 1.0})


def test_examples_never_come_from_a_split_that_is_asked_because_theirs_is_not_mirrored(store, tmp_path):
    from workbench.tasks.load import load

    for split in ("validation", "train"):
        rows = tmp_path / f"{split}.jsonl"
        rows.write_text("".join(f'{{"sentence": "{split} {n}", "label": 1}}\n' for n in range(3)))
    mirrors.add(store, "nyu-mll/glue", "sst2", "validation", str(tmp_path / "validation.jsonl"), "ab")
    with pytest.raises(DataError, match="from the split train of nyu-mll/glue, which is not mirrored"):
        load(store, "sst2", shots=2)
    mirrors.add(store, "nyu-mll/glue", "sst2", "train", str(tmp_path / "train.jsonl"), "cd")
    task = load(store, "sst2", shots=2)
    assert task.requests(task.docs)[0][0].args[0].count("train ") == 2


@pytest.mark.parametrize(
    ("options", "temperature"),
    [
        ({}, 0.0), ({"temperature": 0.7}, 0.7), ({"do_sample": False, "temperature": 0.7}, 0.0),
        ({"do_sample": True}, 1.0), ({"do_sample": True, "temperature": 0.2}, 0.2),
    ],
)  # fmt: skip
def test_a_temperature_draws_unless_the_task_says_not_to(options, temperature):
    assert decoding(options).temperature == temperature


def test_stop_sequences_and_lengths_are_the_tasks(store):
    from workbench.records import Decoding
    from workbench.tasks.load import load

    assert load(store, "question_answering", limit=1).decoding == Decoding(32, 0.0, 1.0, ("\n",))


def test_the_draws_of_a_text_are_voted_on_as_the_filters_say(store, tmp_path):
    from workbench.records import Generated
    from workbench.tasks.load import load

    rows = tmp_path / "test.jsonl"
    rows.write_text('{"question": "How many?", "answer": "So it is #### 3"}\n')
    mirrors.add(store, "openai/gsm8k", "main", "test", str(rows), "ab")
    task = load(store, "gsm8k_cot_self_consistency")
    (asked,) = task.requests(task.docs)
    # of 64 draws the first says 2; of the first 8 five say 4; of all 56 say 3
    said = [2, 4, 4, 4, 4, 4, 3, 3] + [3] * 54 + [5, 5]
    found = [Generated(f"The answer is {one}", 5, "stop") for one in said]
    scores = task.answer(1, task.docs[0], asked, found, False).scores
    assert (len(asked), task.decoding.temperature) == (64, 0.2)
    assert scores == {
        "exact_match,score-first": 0.0, "exact_match,maj@64": 1.0, "exact_match,maj@8": 0.0,
    }  # fmt: skip

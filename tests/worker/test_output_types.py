"""Every kind of request through a real worker: each answer kept, a second run free, a killed one resumed."""

from __future__ import annotations

import json

import pytest
import running

from workbench.store import runs
from workbench.views import bench
from workbench.views.compare import compare

LOGLIKELIHOOD = """
task: last_word
dataset_path: json
dataset_kwargs: {{data_files: {{test: {file}}}}}
output_type: loglikelihood
test_split: test
doc_to_text: "{{{{text}}}}"
doc_to_target: " {{{{word}}}}"
metric_list: [{{metric: acc}}, {{metric: perplexity}}]
"""


@pytest.fixture
def last_word(tmp_path):
    rows = [{"text": f"The number after {n} is", "word": str(n + 1)} for n in range(12)]
    data = tmp_path / "words.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    file = tmp_path / "last_word.yaml"
    file.write_text(LOGLIKELIHOOD.format(file=data))
    return str(file)


def run_of(store, **values):
    return runs.by_id(store, running.done(store, "bench", model="tiny", limit=12, **values).result["run"])


def test_running_text_is_weighed_as_a_whole(store, cache, ended):
    run = run_of(store, task="perplexity")
    kept = runs.responses(store, run.id)
    texts = [doc["text"] for _, doc in runs.docs(store, run.task_id)]
    total, size = sum(one.logprob for one in kept.values()), sum(len(text.encode()) for text in texts)
    assert len(kept) == 12
    found = run.metrics["byte_perplexity"]
    assert found["value"] == pytest.approx(2.718281828459045 ** (-total / size))
    assert found["low"] < found["value"] < found["high"]
    (row,) = bench.run_rows(store)
    assert (row.metric, row.accuracy.n, row.guess) == ("word_perplexity", 12, None)


def test_one_continuation_is_weighed_without_choices(store, cache, ended, last_word):
    run = run_of(store, task=last_word)
    kept = runs.responses(store, run.id)
    assert run.metrics["acc"]["value"] == sum(one.is_greedy for one in kept.values()) / 12
    mean = sum(one.logprob for one in kept.values()) / 12
    assert run.metrics["perplexity"]["value"] == pytest.approx(2.718281828459045**-mean)


def test_written_answers_end_before_their_stop_sequence_and_are_kept(store, cache, ended):
    run = run_of(store, task="translation_en_de")
    answers = runs.answers(store, run.id)
    assert len(answers) == 12
    assert all(one.text is not None and "\n" not in one.text for one in answers)
    assert {row.correct for row in bench.item_rows(store, run.id)} == {None}
    found = compare(store, run.id, run.id)
    assert (found.test, found.paired.difference.estimate, found.flipped) == ("paired bootstrap", 0, ())
    assert {name: one["n"] for name, one in run.metrics.items()} == {"bleu": 12, "chrf": 12}


def test_a_second_run_of_written_answers_costs_nothing(store, cache, ended):
    first, second = (run_of(store, task="question_answering") for _ in range(2))
    assert (first.id, len(runs.texts(store, first.id))) == (second.id, 12)


def test_a_killed_run_of_written_answers_goes_on_to_the_same_texts(store, cache, ended, tmp_path):
    job = running.submit(store, "bench", model="tiny", task="question_answering")
    job = running.until(store, job.id, lambda job: job.done > 0 or job.ended)
    if running.kill(store, job).state == "lost":
        running.launch.resume(store, job.id)
    whole = runs.texts(store, running.finished(store, job.id).result["run"])
    with running.other(tmp_path / "other") as second:
        again = running.done(second, "bench", model="tiny", task="question_answering")
        assert runs.texts(second, again.result["run"]) == whole


def test_a_suite_runs_its_tasks_and_says_what_it_left_out(store, cache, ended, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    result = running.done(store, "bench", model="tiny", suite="perplexity", limit=3).result
    assert [one["task"] for one in result["runs"]] == ["perplexity"]
    assert set(result["left_out"]) == {"wikitext", "pile_10k"}
    assert "is not on this machine" in result["left_out"]["wikitext"]


def test_examples_stand_before_every_item_but_its_own(store, cache, ended):
    run = run_of(store, task="sentiment", fewshot=2)
    texts = [doc["text"] for _, doc in runs.docs(store, run.task_id)]
    for answer, own in zip(runs.answers(store, run.id), texts, strict=True):
        assert answer.context.count("\nSentiment:") == 3
        assert answer.context.count(own) == 1


def test_other_examples_are_another_version_of_the_task(store, cache, ended):
    plain, one, other = (
        run_of(store, task="sentiment", **how) for how in ({}, {"fewshot": 1}, {"fewshot": 1, "seed": 1})
    )
    assert len({plain.task_id, one.task_id, other.task_id}) == 3


def test_a_chat_template_wraps_the_prompt(store, cache, ended):
    run = run_of(store, task="sentiment", chat_template=True)
    answer = runs.answers(store, run.id)[0]
    assert answer.context.endswith("assistant\n") or answer.context.rstrip().endswith(("assistant", ">", "]"))

"""lm-eval beside us on the same task: our engine under its evaluation, and its results among our runs."""

from __future__ import annotations

import json

import lm_eval
import pytest
import running
import yaml
from lm_eval.loggers import EvaluationTracker

import workbench.models.under_lm_eval  # noqa: F401  registers the model `workbench`
from workbench.store import outcomes, runs
from workbench.views.compare import compare

WORDS = ("stone", "river", "light", "seven")
CHOICE = {
    "task": "next_word", "output_type": "multiple_choice", "test_split": "test", "doc_to_text": "{{text}}",
    "doc_to_choice": "{{words}}", "doc_to_target": "{{gold}}",
    "metric_list": [{"metric": "acc"}, {"metric": "acc_norm"}],
}  # fmt: skip
GRADED = {**CHOICE, "task": "graded", "metric_list": [{"metric": "mcc"}]}  # a metric that knows no single item
ROLLING = {
    "task": "as_a_whole", "output_type": "loglikelihood_rolling", "test_split": "test", "doc_to_text": "",
    "doc_to_target": "{{text}}", "metric_list": [{"metric": "byte_perplexity"}],
}  # fmt: skip
WRITTEN = {
    "task": "go_on", "output_type": "generate_until", "test_split": "test", "doc_to_text": "{{text}}",
    "doc_to_target": "{{words[gold]}}", "generation_kwargs": {"until": ["."], "max_gen_toks": 6},
    "metric_list": [{"metric": "bleu"}],
}  # fmt: skip

DRAWN = {
    **WRITTEN, "task": "often", "repeats": 5, "metric_list": [{"metric": "exact_match"}],
    "generation_kwargs": {"until": ["."], "max_gen_toks": 2, "do_sample": True, "temperature": 1.0},
    "filter_list": [
        {"name": "first", "filter": [{"function": "take_first"}]},
        {"name": "maj@5", "filter": [{"function": "majority_vote"}, {"function": "take_first"}]},
        {"name": "maj@3", "filter": [{"function": "take_first_k", "k": 3}, {"function": "majority_vote"},
                                     {"function": "take_first"}]},
    ],
}  # fmt: skip


@pytest.fixture
def task(tmp_path):
    """A task of twelve rows as a file, and as the configuration that lm-eval takes."""
    data = tmp_path / "rows.jsonl"
    rows = [{"text": f"Stone number {n} is the", "words": WORDS, "gold": n % 4} for n in range(12)]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))

    def made(config):
        whole = {**config, "dataset_path": "json", "dataset_kwargs": {"data_files": {"test": str(data)}}}
        file = tmp_path / f"{config['task']}.yaml"
        file.write_text(yaml.safe_dump(whole))
        return str(file), whole

    return made


def ours(store, file):
    return runs.by_id(store, running.done(store, "bench", model="tiny", task=file).result["run"])


def theirs(whole, **options):
    return lm_eval.simple_evaluate(
        model="workbench", model_args="model=tiny", tasks=[dict(whole)], bootstrap_iters=0, **options
    )


@pytest.mark.parametrize("config", [CHOICE, ROLLING, WRITTEN], ids=lambda config: config["output_type"])
def test_our_engine_under_lm_eval_gives_the_numbers_of_bench(store, cache, ended, task, config):
    file, whole = task(config)
    run, found = ours(store, file), theirs(whole)["results"][config["task"]]
    its = {name: one for name, one in run.metrics.items() if one["aggregation"]}  # the others lm-eval has not
    assert set(its) == {one["metric"] for one in config["metric_list"]}
    for metric, measured in its.items():
        assert found[f"{metric},none"] == pytest.approx(measured["value"], abs=1e-9)


@pytest.mark.parametrize("config", [CHOICE, GRADED, ROLLING, WRITTEN], ids=lambda config: config["task"])
def test_results_of_lm_eval_become_a_run_beside_ours(store, cache, ended, task, tmp_path, config):
    file, whole = task(config)
    tracker = EvaluationTracker(output_path=str(tmp_path / "results"))
    found = theirs(whole, evaluation_tracker=tracker)
    samples = found.pop("samples")
    tracker.save_results_aggregated(found, samples)
    tracker.save_results_samples(config["task"], samples[config["task"]])
    own = ours(store, file)
    (made,) = running.done(store, "import-bench", path=str(tmp_path / "results")).result["runs"]
    other = runs.by_id(store, made["run"])
    assert other.task_id == own.task_id  # asked alike, word for word
    assert other.metrics == {
        name: {**one, "value": pytest.approx(one["value"]), "low": pytest.approx(one["low"]),
               "high": pytest.approx(one["high"])}
        for name, one in own.metrics.items()
    }  # fmt: skip
    pairs = zip(runs.answers(store, own.id), runs.answers(store, other.id), strict=True)
    for one, another in pairs:
        assert (one.answer, one.gold, one.choices, one.text, one.scores) == (
            another.answer, another.gold, another.choices, another.text, pytest.approx(another.scores)
        )  # fmt: skip
    assert outcomes.outcomes(store, own.id) == outcomes.outcomes(store, other.id)
    if config is CHOICE:
        assert compare(store, own.id, other.id).paired.difference.estimate == 0


def test_a_text_that_is_drawn_several_times_is_kept_each_time(store, cache, ended, task, tmp_path):
    file, _ = task(DRAWN)
    run = ours(store, file)
    texts = runs.texts(store, run.id)
    assert len(texts) == 12 * 5
    assert len({one.text for one in texts.values()}) > 12  # five draws of a random model are not the same five times
    assert set(run.metrics) == {"exact_match,first", "exact_match,maj@5", "exact_match,maj@3"}
    running.done(store, "export-bench", runs=[run.id], out=str(tmp_path / "out"))
    (made,) = running.done(store, "import-bench", path=str(tmp_path / "out")).result["runs"]
    assert made["metrics"] == run.metrics
    assert {key: one.text for key, one in runs.texts(store, made["run"]).items()} == {
        key: one.text for key, one in texts.items()
    }


def test_what_the_bundled_tasks_measure_survives_the_way_out_and_back(store, cache, ended, tmp_path):
    result = running.done(store, "bench", model="tiny", suite="core", limit=12).result
    own = {one["task"]: runs.by_id(store, one["run"]) for one in result["runs"]}
    out = str(tmp_path / "out")
    running.done(store, "export-bench", runs=[run.id for run in own.values()], out=out)
    made = running.done(store, "import-bench", path=out).result["runs"]
    assert {one["task"] for one in made} == set(own)
    for one in made:
        before, after = own[one["task"]], runs.by_id(store, one["run"])
        assert (after.task_id, after.metrics) == (before.task_id, before.metrics), one["task"]
        kept = [[(each.scores, each.logprobs, each.answer) for each in runs.answers(store, run.id)]
                for run in (before, after)]  # fmt: skip
        assert kept[0] == kept[1], one["task"]

"""The main job end to end on `tiny`, each step by a real worker: fetch, ask, rate, export, train, ask the new model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import given
import pytest
import running

from workbench.models.weights import weights_hash
from workbench.store import (
    Store,
    batches,
    completions,
    data,
    exports,
    jobs,
    models,
    open_store,
    prompts,
    ratings,
    settings,
)
from workbench.store.lineage import lineage
from workbench.views.home import home
from workbench.workspace import Workspace

ALPACA = [{"instruction": f"Name {n} things.", "input": "Be brief." if n % 2 else "", "output": "x"} for n in range(4)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("loop")


@pytest.fixture(scope="module")
def loop(folder: Path) -> Iterator[Store]:
    """The whole way round, once; the tests look at what it left behind."""
    with open_store(Workspace(folder / "workspace")) as store:
        settings.put(store, settings.EVALUATION_SHARE, "0")
        running.done(store, "pull", name="tiny")
        alpaca = folder / "alpaca.json"
        alpaca.write_text(json.dumps(ALPACA))
        running.done(store, "generate", model="tiny", data=str(alpaca), max_new_tokens=12)
        running.done(store, "generate", model="tiny", data=str(running.prompts(folder, 4)), max_new_tokens=12)
        for batch in batches.all_batches(store):
            rate(store, batch)
        running.done(store, "export-preferences", name="pairs")
        running.done(
            store, "train-dpo", model="tiny", data="pairs", num_train_epochs=2, learning_rate=1e-3,
            per_device_train_batch_size=2, gradient_accumulation_steps=1,
        )  # fmt: skip
        running.done(store, "generate", model="tiny-dpo-1", data="prompts", limit=2, n=1, max_new_tokens=12)
        yield store
        running.end_workers(store)


def rate(store, batch):
    """The first answer of each prompt is good, the others are bad."""
    scores = {}
    for item in batches.items(store, batch.id):
        first, *others = item.completions
        scores |= {first: (5, 4, 5), **dict.fromkeys(others, (2, 1, 2))}
    given.rated(store, batch, scores)


def made(store, kind, number=0):
    """The result of the first (second ...) job of a kind."""
    return [job for job in reversed(jobs.recent(store)) if job.kind == kind][number].result


def lines(store):
    return [json.loads(line) for line in Path(made(store, "export-preferences")["path"]).read_text().splitlines()]


def test_every_job_ended_well_at_the_first_attempt(loop):
    assert [(job.kind, job.state, job.attempts) for job in reversed(jobs.recent(loop))] == [
        ("pull", "done", 1), ("generate", "done", 1), ("generate", "done", 1), ("export-preferences", "done", 1),
        ("train-dpo", "done", 1), ("generate", "done", 1),
    ]  # fmt: skip


def test_each_prompt_of_both_layouts_has_two_answers_of_its_own_seed(loop):
    assert (made(loop, "generate", 0)["answers"], made(loop, "generate", 1)["answers"]) == (8, 8)
    first = batches.items(loop, made(loop, "generate", 0)["batch"])
    asked = prompts.by_ids(loop, [item.prompt_id for item in first])
    assert [prompt.text for prompt in asked.values()][:2] == ["Name 0 things.", "Name 1 things.\n\nBe brief."]
    found = completions.by_ids(loop, [one for item in first for one in item.completions])
    assert len({one.seed for one in found.values()}) == len(found)
    assert {one.decoding.max_new_tokens for one in found.values()} == {12}


def test_the_file_of_prompts_is_a_data_set_of_the_workspace(loop):
    assert {one.name: (one.layout, one.rows) for one in data.all_sets(loop) if one.source != "bundled"} == {
        "alpaca": ("alpaca", 4), "questions": ("prompts", 4), "pairs": ("preferences", len(lines(loop))),
    }  # fmt: skip


def test_a_pair_is_exported_for_every_prompt_with_two_different_answers(loop):
    expected = sum(len(item.completions) == 2 for number in (0, 1)
                   for item in batches.items(loop, made(loop, "generate", number)["batch"]))  # fmt: skip
    assert len(lines(loop)) == made(loop, "export-preferences")["counts"]["kept"] == expected > 0


def test_a_row_says_where_it_comes_from(loop):
    row = lines(loop)[0]
    answers = completions.by_ids(loop, [row["chosen_id"], row["rejected_id"]])
    assert row["prompt"][-1] == {
        "role": "user",
        "content": prompts.by_ids(loop, [row["prompt_id"]])[row["prompt_id"]].text,
    }
    assert row["chosen"] == [{"role": "assistant", "content": answers[row["chosen_id"]].text}]
    assert row["rejected"] == [{"role": "assistant", "content": answers[row["rejected_id"]].text}]
    assert row["margin"] == 3.0  # 14/3 - 5/3
    assert row["chosen_model"] == models.by_name(loop, "tiny").weights_hash
    rated = {one.completion_id: one for one in ratings.rated(loop, "general")}
    assert row["judgment_ids"] == [rated[row["chosen_id"]].last_judgment, rated[row["rejected_id"]].last_judgment]


def test_the_export_loads_in_trl_unchanged(loop, tmp_path):
    from trl.data_utils import is_conversational

    import datasets

    path = made(loop, "export-preferences")["path"]
    loaded = datasets.load_dataset("json", data_files=path, split="train", cache_dir=str(tmp_path))
    assert {"prompt", "chosen", "rejected"} <= set(loaded.column_names)
    assert all(is_conversational(row) for row in loaded)
    assert [row["chosen"] for row in loaded] == [row["chosen"] for row in lines(loop)]


def test_the_same_export_run_again_is_the_same_bytes(loop, tmp_path):
    again = running.done(loop, "export-preferences", out=str(tmp_path / "again.jsonl"))
    assert (tmp_path / "again.jsonl").read_bytes() == Path(made(loop, "export-preferences")["path"]).read_bytes()
    first, second = reversed(exports.all_exports(loop))
    assert (first.sha256, first.policy, first.counts) == (second.sha256, second.policy, second.counts)
    assert again.result["rows"] == len(lines(loop))


def test_the_new_model_knows_what_made_it(loop):
    base, new = models.by_name(loop, "tiny"), models.by_name(loop, "tiny-dpo-1")
    export = min(exports.all_exports(loop), key=lambda one: one.id)
    pairs = data.by_name(loop, "pairs")
    assert (new.kind, new.parent_id, new.weights_hash) == ("trained", base.id, weights_hash(Path(new.path)))
    assert new.weights_hash != base.weights_hash
    known = new.details["data"]
    assert (known["name"], known["fingerprint"], known["rows"]) == ("pairs", pairs.fingerprint, pairs.rows)
    assert (new.details["export"], new.details["last_judgment"]) == (export.id, export.last_judgment)
    assert (new.details["parent_weights"], new.details["pairs"]) == (base.weights_hash, pairs.rows)
    (behind,) = lineage(loop, new)[0].ratings
    assert (behind.export, behind.last_judgment, behind.raters) == (export.id, export.last_judgment, ("human",))


def test_the_training_left_a_curve_of_every_step(loop):
    job = next(job for job in jobs.recent(loop) if job.kind == "train-dpo")
    steps = [step for step, _ in jobs.metrics(loop, job.id)["loss"]]
    assert steps == list(range(1, job.result["steps"] + 1))
    assert job.result["first_loss"] == pytest.approx(0.6931, abs=1e-3)  # policy and reference begin equal: ln 2


def test_the_new_model_answers(loop):
    assert made(loop, "generate", 2)["answers"] == 2
    row = home(loop, "ada").rows[-1]
    assert (row.name, row.parent, row.answers) == ("tiny-dpo-1", "tiny", 2)


def test_nothing_half_made_is_left(loop):
    root = loop.workspace.root
    assert list(root.rglob("*.part")) == []
    assert sorted(path.name for path in (root / "models").iterdir() if path.is_dir()) == ["tiny-dpo-1"]

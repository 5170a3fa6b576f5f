"""What a name in a job's parameters means: rows of the catalog, and never another model's answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.data import imports
from workbench.data.splits import Split
from workbench.errors import DataError, ModelError, UnknownName
from workbench.jobs import _inputs, _train_data, _trained_model
from workbench.spec import JobSpec
from workbench.store import data, jobs, models
from workbench.worker.context import WarmModel, WorkerContext


@pytest.fixture
def context(store):
    jobs.enqueue(store, JobSpec("pull", {"name": "tiny"}), "light", "pull tiny")
    return WorkerContext(store, jobs.claim(store, "light", 1, 0.0, "here"), WarmModel())


def weights(folder, content):
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(content)
    return str(folder)


def test_a_folder_keeps_the_dots_of_its_name(context, tmp_path):
    assert _inputs.model(context, weights(tmp_path / "Llama-3.2-1B", b"1")).name == "Llama-3.2-1B"


def test_a_folder_that_is_known_is_found_again_and_not_entered_twice(context, tmp_path):
    path = weights(tmp_path / "mine", b"1")
    assert _inputs.model(context, path).id == _inputs.model(context, path).id == _inputs.model(context, "mine").id


def test_other_weights_of_the_same_name_are_another_model(context, tmp_path):
    first = _inputs.model(context, weights(tmp_path / "a" / "mine", b"1"))
    second = _inputs.model(context, weights(tmp_path / "b" / "mine", b"2"))
    assert (first.name, second.name) == ("mine", f"mine-{second.weights_hash[:8]}")
    assert models.by_name(context.store, "mine").weights_hash == first.weights_hash


def test_the_path_of_a_trained_model_keeps_its_lineage(context, tmp_path):
    base = _inputs.model(context, weights(tmp_path / "base", b"1"))
    path = weights(tmp_path / "base-dpo-1", b"2")
    digest = _inputs.model(context, path).weights_hash
    trained = models.add(context.store, "base-dpo-1", path, "trained", path, digest, base.id, None, {"pairs": 3})
    assert _inputs.model(context, path) == trained


def test_a_path_that_is_not_there_is_named(context, tmp_path):
    with pytest.raises(ModelError, match="There is no model at"):
        _inputs.model(context, str(tmp_path / "none"))


def test_a_data_set_is_found_by_name_then_bundled_then_as_a_file(store, tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text('{"prompt": "a"}\n')
    made = _inputs.data_set(store, store.workspace, str(path))
    assert (made.name, made.source) == ("mine", str(path))
    assert _inputs.data_set(store, store.workspace, "mine") == made
    assert _inputs.data_set(store, store.workspace, "prompts").source == "bundled"
    with pytest.raises(UnknownName, match=r"Unknown data set or file 'promts'. Did you mean prompts\?"):
        _inputs.data_set(store, store.workspace, "promts")


def test_what_an_import_held_out_stays_so_where_the_file_is_named(context, tmp_path):
    path = tmp_path / "sums.jsonl"
    path.write_text("".join(f'{{"prompt": "Double {n}.", "completion": "{2 * n}"}}\n' for n in range(20)))
    found = imports.bring_in(imports.source(str(path)), context.workspace, None, {}, Split(0.3), lambda *_: None)
    before = _inputs.enter(context.store, found, "sums", str(path), Split(0.3))
    named = _inputs.data_set(context.store, context.workspace, str(path))
    told = ("eval_share", "family", "training", "evaluation")
    assert [named.card[name] for name in told] == [before.card[name] for name in told]
    assert named.card["evaluation"] > 0


def test_the_kept_file_outlives_the_one_it_came_from(store, tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text('{"prompt": "a"}\n')
    made = _inputs.data_set(store, store.workspace, str(path))
    path.write_text("changed")
    assert Path(made.path).read_text() == '{"prompt": "a"}\n'


def name_of(context, base, wanted=None, method="dpo"):
    return _trained_model.name(context, wanted, base, method)


def test_rounds_are_counted_on(context, tmp_path):
    base = _inputs.model(context, weights(tmp_path / "mine", b"1"))
    first = models.add(context.store, name_of(context, base), "", "trained", None, "2", base.id)
    context.keep_plan({})
    assert (first.name, name_of(context, first)) == ("mine-dpo-1", "mine-dpo-2")


def test_another_method_begins_a_count_of_its_own(context, tmp_path):
    base = _inputs.model(context, weights(tmp_path / "mine-sft-3", b"1"))
    assert name_of(context, base) == "mine-sft-3-dpo-1"


def test_a_model_of_the_hub_is_trained_into_a_folder_of_one_name(context):
    base = models.add(context.store, "owner/mine", "owner/mine", "hub", None, "1")
    first = models.add(context.store, name_of(context, base), "", "trained", None, "2", base.id)
    context.keep_plan({})
    assert (first.name, name_of(context, base)) == ("owner--mine-dpo-1", "owner--mine-dpo-2")


def test_the_name_is_fixed_when_the_job_first_starts(context, tmp_path):
    base = _inputs.model(context, weights(tmp_path / "mine", b"1"))
    name = name_of(context, base)
    models.add(context.store, name, "", "trained", None, "2", base.id)
    assert name_of(context, base) == name  # the resumed job completes the model it began


def test_a_taken_name_is_refused(context, tmp_path):
    base = _inputs.model(context, weights(tmp_path / "mine", b"1"))
    with pytest.raises(DataError, match="There is a model 'mine' already"):
        name_of(context, base, wanted="mine")


def test_a_resumed_training_takes_the_file_it_began_with(context, tmp_path):
    for content in ("a", "b"):
        path = tmp_path / "pairs.jsonl"
        path.write_text(f'{{"prompt": "{content}"}}\n')
        _inputs.import_file(context.store, context.workspace, path, "pairs", "test")
        found = _train_data.data_set(context, "pairs")
        assert Path(found.path).read_text() == '{"prompt": "a"}\n'
    assert data.by_name(context.store, "pairs").fingerprint != found.fingerprint


def test_waiting_is_written_no_more_often_than_work(context):
    written = []
    for _ in range(50):
        context.progress(0, 0, "waiting")
        written.append(jobs.by_id(context.store, context.job_id).heartbeat_at)
    assert len(set(written)) <= 2

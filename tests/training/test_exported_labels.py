"""What `export kto` writes, TRL's KTO trains on without a change, with the weights that the export names."""

from __future__ import annotations

import math

import given

from workbench import jobs as kinds
from workbench.store import data, jobs
from workbench.worker.context import WarmModel, WorkerContext


def test_kto_takes_a_step_on_exported_labels(store, base, tmp_path):
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import KTOConfig, KTOTrainer

    from datasets import load_dataset

    batch = given.batch(store, [["good", "bad"], ["fine", "poor"]])
    given.rated(store, batch, {1: (5, 4, 5), 2: (1, 2, 1), 3: (4, 4, 4), 4: (2, 2, 2)})
    spec = kinds.parse("export-kto", {"name": "labels"})
    jobs.enqueue(store, spec, "light", "export")
    result = kinds.execute(WorkerContext(store, jobs.claim(store, "light", 1, 0.0, "here"), WarmModel()), spec)
    rows = load_dataset(
        "json", data_files=data.by_name(store, "labels").path, split="train", cache_dir=str(tmp_path / "cache")
    )
    settings = KTOConfig(
        output_dir=str(tmp_path / "run"), max_steps=1, per_device_train_batch_size=4, use_cpu=True, bf16=False,
        report_to=[], logging_steps=1, desirable_weight=result["desirable_weight"],
        undesirable_weight=result["undesirable_weight"],
    )  # fmt: skip
    trainer = KTOTrainer(
        AutoModelForCausalLM.from_pretrained(base), args=settings, train_dataset=rows,
        processing_class=AutoTokenizer.from_pretrained(base),
    )  # fmt: skip
    assert math.isfinite(trainer.train().training_loss)
    assert trainer.state.global_step == 1

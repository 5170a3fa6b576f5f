"""The [trainer] table of a spec: any further field of TRL's configuration but those the workbench answers for.

Its names are TRL's own in the version at hand (`library_fields`), so its documentation applies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import Any

from workbench.errors import UnknownName, UsageError
from workbench.training import library_fields
from workbench.training.library_fields import Trainer

_KEPT = {
    "the job keeps its own checkpoints, so that it can go on after a kill": (
        "output_dir", "save_strategy", "save_total_limit", "save_only_model", "resume_from_checkpoint",
        "ignore_data_skip", "restore_callback_states_from_checkpoint", "enable_jit_checkpoint", "save_on_each_node",
        "load_best_model_at_end", "metric_for_best_model", "greater_is_better", "auto_find_batch_size",
    ),
    "the job watches every step and says it on its screen": (
        "logging_strategy", "logging_steps", "logging_first_step", "logging_nan_inf_filter", "report_to",
        "disable_tqdm", "do_train", "do_eval", "do_predict", "eval_strategy", "eval_steps", "eval_on_start",
    ),
    "device and number format are chosen for this machine, or parameters of the job (device, dtype)": (
        "use_cpu", "bf16", "fp16", "bf16_full_eval", "fp16_full_eval", "dataloader_pin_memory", "deepspeed", "fsdp",
        "fsdp_config", "accelerator_config", "parallelism_config",
    ),
    "the pre-flight has counted exactly the tokens that are trained on": (
        "packing", "packing_strategy", "eval_packing", "padding_free", "dataset_text_field", "dataset_kwargs",
        "chat_template_path", "eos_token", "pad_token", "completion_only_loss",
        "truncation_mode", "remove_unused_columns", "label_names", "shuffle_dataset",
    ),
    "the reference must stay the model that the run starts from": (
        "sync_ref_model", "ref_model_mixup_alpha", "ref_model_sync_steps", "disable_dropout",
    ),
    "models are loaded from safetensors, without code of their own, and stay on this machine": (
        "model_init_kwargs", "trust_remote_code", "push_to_hub", "hub_model_id", "hub_strategy", "hub_token",
        "hub_private_repo", "hub_always_push", "hub_revision",
    ),
}  # fmt: skip
OWNED = {name: reason for reason, names in _KEPT.items() for name in names}
_UNREAD = {"label_smoothing_factor": "losses with a reference do not read it"}
# KTO's KL term pairs neighbours, so the rows are shuffled before the trainer gets them.
_ORDERED = {"train_sampling_strategy": "the rows are shuffled before; KTO's KL term needs their order kept"}
_OWNED_BY: Mapping[Trainer, Mapping[str, str]] = {"sft": {}, "dpo": _UNREAD, "kto": {**_UNREAD, **_ORDERED}}

# What transformers' optimizers need beside torch, by a part of their name; the first that fits counts.
_PACKAGES = {
    "galore": "galore_torch", "apollo": "apollo_torch", "lomo": "lomo_optim", "schedule_free": "schedulefree",
    "grokadamw": "grokadamw", "stable_adamw": "optimi", "torch_4bit": "torchao", "torch_8bit": "torchao",
    "anyprecision": "torchdistx", "xla": "torch_xla", "npu": "torch_npu", "bit": "bitsandbytes",
    "bnb": "bitsandbytes", "ademamix": "bitsandbytes",
}  # fmt: skip


def check(table: Mapping[str, Any], trainer: Trainer, parameters: Iterable[str]) -> None:
    """UnknownName for what TRL does not have, UsageError for what the workbench or a parameter of the job sets."""
    known = library_fields.trainer(trainer)
    owned = {**OWNED, **_OWNED_BY[trainer]}
    for name in table:
        if name not in known:
            raise UnknownName(f"field of TRL's trainer for {trainer.upper()}", name, known - owned.keys())
        if name in owned:
            raise UsageError(f"trainer: {name} is not yours to set: {owned[name]}.", "Leave it out.")
        if name in parameters:
            raise UsageError(f"trainer: {name} is a parameter of the job.", f"Write it under [params]: {name} = ...")
    if table.get("save_steps", 1) <= 0:
        raise UsageError(
            f"trainer: save_steps is {table['save_steps']}, not above 0.",
            "Write a number of steps, or below 1 a share of them all.",
        )
    _check_packages(table)


def _check_packages(table: Mapping[str, Any]) -> None:
    """UsageError for what transformers could only do with a package that is not here: it says so after the loading."""
    optimizer = str(table.get("optim", ""))
    needs = {f"optim {optimizer}": next((_PACKAGES[part] for part in _PACKAGES if part in optimizer), None)}
    if table.get("use_liger_kernel"):
        needs["use_liger_kernel"] = "liger_kernel"
    for what, package in needs.items():
        if package is not None and find_spec(package) is None:
            raise UsageError(f"trainer: {what} needs the package {package}, which is not installed.", "Leave it out.")

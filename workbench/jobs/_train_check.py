"""What is refused before a training is queued: a model, data or a method with which it could only go wrong later."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import TrainingRefused, UsageError
from workbench.jobs import _benchmark_items, _forgetting, _inputs
from workbench.jobs._train_params import TrainParams
from workbench.jobs._trainer import Trainers
from workbench.records import Model
from workbench.store import Store, models
from workbench.training.settings import TrainSettings


def check(store: Store, params: TrainParams, settings: TrainSettings, trainers: Trainers) -> None:
    """Refuse what could only go wrong later: model, data, and a method that does not fit the model."""
    _inputs.check_model(store, params.model, "weights")
    _inputs.check_data(store, params.data, trainers)
    _check_eval_data(store, params, trainers)
    _benchmark_items.refuse(store, params.data)
    _forgetting.check(params.old_task)
    _check_launcher(params)
    known = models.find(store, params.model)
    if known is not None:
        check_whole(known)
    _check_fit(known.path if known else params.model, params.model, settings)


def _check_eval_data(store: Store, params: TrainParams, trainers: Trainers) -> None:
    """Rows to look at are taken by the same trainer as those that are learned."""
    if params.eval_data is None:
        return
    if params.eval_share:
        raise UsageError("eval_data and eval_share both say which rows are looked at.", "Leave one of them out.")
    trainer = trainers[_inputs.layout_of(store, params.data)].name
    _inputs.check_data(store, params.eval_data, [one for one in trainers if trainers[one].name == trainer])


def _check_launcher(params: TrainParams) -> None:
    if params.accelerate_config is None:
        return
    if params.launcher == "none":
        raise UsageError("accelerate_config is given, but the launcher is none.", 'Set launcher = "accelerate".')
    if not Path(params.accelerate_config).is_file():
        raise UsageError(
            f"There is no file {params.accelerate_config}.",
            "Make one with: accelerate config --config_file FILE",
        )


def check_whole(model: Model) -> None:
    if model.details.get("form") == "adapter":
        raise TrainingRefused(
            f"{model.name} is an adapter ({model.details['params']['method']}) that cannot be merged into its base, "
            "so there is no whole model to start from.",
            "Train its parent again, or with a method that merges, such as lora.",
        )


def _check_fit(path: str | None, name: str, settings: TrainSettings) -> None:
    """Only for a model that is on this machine: another one is looked at once it has been fetched."""
    from workbench.models import catalog
    from workbench.models.tensor_names import tensor_names
    from workbench.training import fit
    from workbench.workspace import model_cache

    there = Path(path).expanduser() if path else None
    folder = there if there and there.is_dir() else catalog.pulled(name, model_cache())
    names = tensor_names(folder) if folder else []
    if names:
        fit.check(settings, names, name)

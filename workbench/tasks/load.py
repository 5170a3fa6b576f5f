"""A task through lm-eval's own Task object: documents, requests and per-item metrics are lm-eval's.

Data comes from a bundled file, or through a mirror (hub id, config, split -> local file), or from the hub.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

from lm_eval.api.task import ConfigurableTask
from lm_eval.tasks._yaml_loader import load_yaml

import datasets
from workbench.errors import DataError, UsageError
from workbench.store import Store, mirrors
from workbench.tasks import data_files, index, members, own_file, source, untrusted
from workbench.tasks.chat import Render
from workbench.tasks.fields import input_fields
from workbench.tasks.loaded import LoadedTask, check_supported
from workbench.workspace import bundled_file

_FORMATS = {".jsonl": "json", ".json": "json", ".csv": "csv", ".tsv": "csv", ".parquet": "parquet"}

logging.getLogger("lm_eval").setLevel(logging.ERROR)
datasets.disable_progress_bars()


def load(
    store: Store,
    name: str,
    limit: int | None = None,
    shots: int | None = None,
    seed: int = 0,
    render: Render | None = None,
    trusted: bool = False,
    folder: Path | None = None,
) -> LoadedTask:
    """The task with its documents (the first `limit`); `shots` None: as many examples as the task says.

    A YAML file of the user's is sandboxed unless `trusted`; its relative data files are looked for in `folder`, then
    beside it (None: only there). DataError where its data cannot be had, or where it holds code; UsageError where there
    is nothing to draw examples from.
    """
    file = index.path(name)
    foreign = file if index.is_foreign(name) and not trusted else None
    base, config = _configuration(name, foreign)
    if "output_type" not in config and isinstance(config.get("task"), list):
        raise UsageError(f"{name} is a group of tasks, not a task.")
    own = index.is_foreign(name)
    if own:
        own_file.check(file, config)
    called = base if base in index.known() else str(config.get("task", file.stem))
    with untrusted.sandboxed(file) if foreign else contextlib.nullcontext():
        task = _quietly(lambda: _task(store, base, config, [*([folder] if folder else []), file.parent]))
        if own:
            own_file.check_target(file, task)
    check_supported(called, task)
    used = int(config.get("num_fewshot") or 0) if shots is None else shots
    _check_mirrored(store, called, config, used)
    _check_examples(called, task, used)
    docs = tuple(dict(doc) for doc in task.eval_docs)[:limit]
    version = str((config.get("metadata") or {}).get("version", "0"))
    definition = {**_words(config), **_asked(used, seed, shots, render)}
    return LoadedTask(called, version, definition, docs, _fields(config), task, used, seed, render, foreign)


def _configuration(name: str, foreign: Path | None) -> tuple[str, dict[str, Any]]:
    """Of a task, and whose it is: its own or, of one that a group changes, that of the task which it changes."""

    def read(path: Path) -> dict[str, Any]:
        return untrusted.read(path) if path == foreign else load_yaml(path, resolve_func=True)

    if index.MEMBER not in name:
        return name, read(index.path(name))
    found = members.member(name, read)
    if foreign:
        untrusted.check(foreign, found.changes)
    if found.base:
        return found.base, {**read(index.path(found.base)), **found.changes}
    group = str(read(index.path(name))["group"])
    return name, {**found.changes, "task": f"{group}{index.MEMBER}{found.label}"}


def _asked(used: int, seed: int, shots: int | None, render: Render | None) -> dict[str, Any]:
    """What makes another prompt of the same task: a part of its definition, so that such runs are never mixed up."""
    examples = {"num_fewshot": used} if shots is not None else {}
    drawn = {"fewshot_seed": seed} if used else {}
    return {**examples, **drawn, **({"chat_template": True} if render else {})}


def _check_examples(name: str, task: ConfigurableTask, shots: int) -> None:
    """As many as there are; fewer where an item could be among them, since none is an example before itself."""
    known = len(task.sampler.df) if shots else 0
    itself = task.fewshot_cfg.split == task.config.test_split  # then lm-eval draws one more, and takes the item out
    if shots and shots > known - itself:
        raise UsageError(f"{name} has {known} examples to draw from, and {shots} were asked for.", "Ask for fewer.")


def _check_mirrored(store: Store, name: str, config: dict[str, Any], shots: int) -> None:
    """The split that examples come from, by lm-eval's rule, has to be there: items that are asked are no examples."""
    split = source.examples_split(config) if shots else None
    if split is None:
        return
    hub_id, part = str(config["dataset_path"]), str(config.get("dataset_name") or "")
    files = mirrors.of(store, hub_id, part)
    if files and split not in files:
        raise DataError(
            f"{name} draws its examples from the split {split} of {hub_id}, which is not mirrored.",
            f"Mirror it: {source.mirror_command(hub_id, part, split)}",
        )


def _fields(config: dict[str, Any]) -> tuple[str, ...]:
    """Which fields may be perturbed; none where Python makes the text, which concerns no other job."""
    return input_fields(config) if isinstance(config.get("doc_to_text"), str) else ()


def _task(store: Store, name: str, config: dict[str, Any], folders: Sequence[Path]) -> ConfigurableTask:
    hub_id, part = str(config["dataset_path"]), str(config.get("dataset_name") or "")
    split = str(config.get("test_split") or config.get("validation_split"))
    made: type[ConfigurableTask] = config.pop("class", ConfigurableTask)  # a few of lm-eval's tasks are classes
    try:
        return made(config={**config, **_source(store, name, config, folders)})
    except IndexError as error:  # lm-eval looks the answer of the first row up
        raise DataError(
            f"The task {name}: doc_to_target gives a number beyond the choices of its first row.",
            "It counts them from 0, as doc_to_choice lists them.",
        ) from error
    except ImportError as error:
        raise DataError(f"The task {name} needs a package that is not installed: {error}.") from error
    except (ConnectionError, OSError, ValueError) as error:
        raise DataError(
            f"The data of {name} ({hub_id}{', ' + part if part else ''}) is not on this machine: {error}.",
            f"Mirror it: {source.mirror_command(hub_id, part, split)}",
        ) from error


def _source(store: Store, name: str, config: dict[str, Any], folders: Sequence[Path]) -> dict[str, Any]:
    """Where the data really comes from: the bundled file, mirrored files, or as the task says (its files, the hub)."""
    if name in index.bundled():
        data = str((config.get("metadata") or {}).get("data", name))
        files = {str(config["test_split"]): str(bundled_file("datasets", data, ".jsonl"))}
        return {"dataset_path": "json", "dataset_kwargs": {"data_files": files}}
    files = mirrors.of(store, str(config["dataset_path"]), str(config.get("dataset_name") or ""))
    if not files and index.is_foreign(name):
        found = data_files.absolute(config, folders)
        own_file.check_files(index.path(name), found.get("dataset_kwargs") or {})
        return found
    if not files:
        return {}
    suffix = Path(next(iter(files.values()))).suffix
    options: dict[str, Any] = {"data_files": files}
    if suffix == ".tsv":
        options["delimiter"] = "\t"
    absent = {key: None for key in source.SPLITS if config.get(key) not in files}
    return {"dataset_path": _FORMATS[suffix], "dataset_name": None, "dataset_kwargs": options, **absent}


def _words(value: Any) -> Any:
    """The configuration as JSON has it: Python functions, wherever they stand, by their names."""
    if isinstance(value, dict):
        return {key: _words(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_words(one) for one in value]
    return value.__name__ if callable(value) else value


def _quietly(call: Callable[[], ConfigurableTask]) -> ConfigurableTask:
    """lm-eval and datasets print bars and advice that nobody asked for."""
    with contextlib.redirect_stderr(io.StringIO()):
        return call()

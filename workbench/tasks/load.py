"""A task through lm-eval's own Task object: documents, requests and per-item metrics are lm-eval's.

Data comes from a bundled file, or through a mirror (hub id, config, split -> local file), or from the hub.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

from lm_eval.api.instance import Instance
from lm_eval.api.task import ConfigurableTask
from lm_eval.tasks._yaml_loader import load_yaml

import datasets
from workbench.errors import DataError
from workbench.records import LogLikelihood
from workbench.store import Store, mirrors
from workbench.store.runs import Answer
from workbench.tasks import index
from workbench.tasks.fields import input_fields
from workbench.workspace import bundled_file

Doc = dict[str, Any]
_FORMATS = {".jsonl": "json", ".json": "json", ".csv": "csv", ".tsv": "csv", ".parquet": "parquet"}
_SPLITS = ("training_split", "validation_split", "test_split", "fewshot_split")

logging.getLogger("lm_eval").setLevel(logging.ERROR)
datasets.disable_progress_bars()


@dataclass(frozen=True, slots=True)
class LoadedTask:
    """`definition` is the resolved configuration without data paths; `fields` may be perturbed."""

    name: str
    version: str
    definition: dict[str, Any]
    docs: tuple[Doc, ...]
    fields: tuple[str, ...]
    task: ConfigurableTask

    def requests(self, docs: Sequence[Doc]) -> list[list[Instance]]:
        """lm-eval's requests of each document, with no examples before them."""
        made = []
        for number, doc in enumerate(docs):
            context = self.task.fewshot_context(doc, num_fewshot=self.task.config.num_fewshot or 0)
            found = self.task.construct_requests(doc=doc, ctx=context, metadata=(self.name, number, 1))
            made.append(found if isinstance(found, list) else [found])
        return made

    def answer(
        self, item_id: int, doc: Doc, asked: Sequence[Instance], found: Sequence[LogLikelihood], changed: bool
    ) -> Answer:
        """Score one item by lm-eval's own `process_results`."""
        pairs = [(one.logprob, one.is_greedy) for one in found]
        scores = self.task.process_results(doc, pairs)
        gold = self.task.doc_to_target(doc)
        chosen = max(range(len(pairs)), key=lambda at: pairs[at][0])
        return Answer(
            item_id,
            context=str(asked[0].args[0]),
            choices=tuple(str(one.args[1]) for one in asked),
            gold=gold if isinstance(gold, int) else None,
            answer=chosen,
            changed=changed,
            scores={name: float(value) for name, value in scores.items() if isinstance(value, int | float)},
        )


def load(store: Store, name: str, limit: int | None = None) -> LoadedTask:
    """The task with its documents (the first `limit`); DataError where its data cannot be had."""
    config: dict[str, Any] = load_yaml(index.path(name), resolve_func=True)
    task = _quietly(lambda: _task(store, name, config))
    docs = tuple(dict(doc) for doc in task.eval_docs)[:limit]
    version = str(config.get("metadata", {}).get("version", "0"))
    return LoadedTask(name, version, _words(config), docs, input_fields(config), task)


def _task(store: Store, name: str, config: dict[str, Any]) -> ConfigurableTask:
    hub_id, part = str(config["dataset_path"]), str(config.get("dataset_name") or "")
    try:
        return ConfigurableTask(config={**config, **_source(store, name, config)})
    except (ConnectionError, OSError, ValueError) as error:
        raise DataError(
            f"The data of {name} ({hub_id}{', ' + part if part else ''}) is not on this machine: {error}.",
            f"Mirror it: workbench data mirror {hub_id} --config '{part}' --split SPLIT FILE",
        ) from error


def _source(store: Store, name: str, config: dict[str, Any]) -> dict[str, Any]:
    """Where the data really comes from: the bundled file, mirrored files, or as the task says (the hub)."""
    if name in index.bundled():
        files = {str(config["test_split"]): str(bundled_file("datasets", name, ".jsonl"))}
        return {"dataset_path": "json", "dataset_kwargs": {"data_files": files}}
    files = mirrors.of(store, str(config["dataset_path"]), str(config.get("dataset_name") or ""))
    if not files:
        return {}
    suffix = Path(next(iter(files.values()))).suffix
    options: dict[str, Any] = {"data_files": files}
    if suffix == ".tsv":
        options["delimiter"] = "\t"
    absent = {key: None for key in _SPLITS if config.get(key) not in files}
    return {"dataset_path": _FORMATS[suffix], "dataset_name": None, "dataset_kwargs": options, **absent}


def _words(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration as text: Python functions by their names."""
    return {key: value.__name__ if callable(value) else value for key, value in config.items()}


def _quietly(call: Callable[[], ConfigurableTask]) -> ConfigurableTask:
    """lm-eval and datasets print bars and advice that nobody asked for."""
    with contextlib.redirect_stderr(io.StringIO()):
        return call()

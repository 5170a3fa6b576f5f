"""Where the rows of a task lie on the hub, and how files of one's own stand in for them. Light: reads YAML only."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SPLITS = ("training_split", "validation_split", "test_split", "fewshot_split")
_FILES = ("json", "csv", "parquet", "text")  # loaders of the datasets library that read files, not the hub


@dataclass(frozen=True, slots=True)
class Source:
    """`config` is empty where the data set has none. `splits`: that of the items, then that of the task's examples."""

    hub_id: str
    config: str
    splits: tuple[str, ...]


def source(config: Mapping[str, Any]) -> Source | None:
    """Of a task's configuration; None where its rows are files, or a class of lm-eval's fetches them."""
    hub_id = str(config.get("dataset_path") or "")
    if not hub_id or hub_id in _FILES or config.get("class"):
        return None
    items = str(config.get("test_split") or config.get("validation_split"))
    examples = examples_split(config) if config.get("num_fewshot") else None
    splits = dict.fromkeys([items, *([examples] if examples else [])])
    return Source(hub_id, str(config.get("dataset_name") or ""), tuple(splits))


def examples_split(config: Mapping[str, Any]) -> str | None:
    """The split that examples come from, by lm-eval's rule; None where the task writes its own."""
    its = config.get("fewshot_config") or {}
    named = config.get("fewshot_split") or its.get("split")
    if its.get("samples") and not named:
        return None
    return named or next((config[key] for key in SPLITS if config.get(key)), None)


def mirror_command(hub_id: str, config: str, split: str) -> str:
    """To copy: what lets FILE stand in for one split of a data set."""
    part = f" --config {shlex.quote(config)}" if config else ""
    return f"workbench data mirror {hub_id}{part} --split {split} FILE"

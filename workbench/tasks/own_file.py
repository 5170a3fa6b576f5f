"""What is wrong in a task file of the user's: with file, key and value, before lm-eval stumbles over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import DataError, UnknownName
from workbench.tasks.source import SPLITS

if TYPE_CHECKING:
    from lm_eval.api.task import ConfigurableTask


def check(path: Path, config: Mapping[str, Any]) -> None:
    """DataError for a key or a kind of output that there is not, a split without a file, and for what is missing."""
    from lm_eval.api.task import ALL_OUTPUT_TYPES, TaskConfig

    for key in config:
        if key != "class" and key not in TaskConfig.__dataclass_fields__:
            raise _unknown(path, "key", str(key), TaskConfig.__dataclass_fields__)
    kind = str(config.get("output_type", ALL_OUTPUT_TYPES[-1]))
    if kind not in ALL_OUTPUT_TYPES:
        raise _unknown(path, "output_type", kind, ALL_OUTPUT_TYPES)
    if not config.get("dataset_path") and not config.get("class"):
        raise DataError(
            f"{path} has no dataset_path: nothing says where its rows lie.",
            "For a file beside it: dataset_path: json, and dataset_kwargs: {data_files: {test: FILE.jsonl}}.",
        )
    _check_splits(path, config)


def check_files(path: Path, options: Mapping[str, Any]) -> None:
    """DataError for a data file that is not there; `options` are the dataset_kwargs with whole paths."""
    for file in _files(options.get("data_files") or []):
        if "://" not in file and not any(character in file for character in "*?[") and not Path(file).exists():
            raise DataError(
                f"{path}: there is no data file {file}.",
                "Its paths are looked for in --folder DIR, else beside the YAML: mend data_files, or name the folder.",
            )


def check_target(path: Path, task: ConfigurableTask) -> None:
    """DataError where the gold answer of the first row is none of its choices: every item would count as wrong."""
    if task.OUTPUT_TYPE != "multiple_choice" or task.multiple_input or task.multiple_target:
        return
    doc = next(iter(task.eval_docs), None)
    if doc is None:
        return
    target, choices = task.doc_to_target(doc), list(task.doc_to_choice(doc))
    if target not in choices and target not in range(len(choices)):
        raise DataError(
            f"{path}: doc_to_target gives {target!r} for the first row, which is none of its choices: {choices}.",
            f"Name the field that holds the answer, or its number from 0. Fields of a row: {', '.join(doc)}.",
        )


def _check_splits(path: Path, config: Mapping[str, Any]) -> None:
    files = (config.get("dataset_kwargs") or {}).get("data_files")
    named = {key: str(config[key]) for key in SPLITS if config.get(key)}
    if not isinstance(files, dict):
        return
    for key, split in named.items():
        if split not in files:
            raise _unknown(path, key, split, files)


def _unknown(path: Path, what: str, value: str, known: Mapping[str, Any] | list[str]) -> DataError:
    """With the nearest ones, as everywhere."""
    return DataError(f"{path}: there is no {what} {value!r}.", UnknownName(what, value, known).hint)


def _files(named: Any) -> Iterator[str]:
    """Of a path, a list of them, or split -> either."""
    if isinstance(named, dict):
        named = list(named.values())
    for one in named if isinstance(named, list) else [named]:
        if isinstance(one, list):
            yield from _files(one)
        else:
            yield str(one)

"""Trainings in stages: each an ordinary job that starts from the model the one before leaves.

[[stages]]
kind = "train-sft"
name = "smollm2-domain"
[stages.params]
model = "smollm2"
data = "reports"

[[stages]]
kind = "train-dpo"
[stages.params]
data = "preferences-1"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbench import jobs as kinds
from workbench.errors import DataError, UnknownName, UsageError
from workbench.jobs import _inputs, _trained_model
from workbench.spec import JobSpec
from workbench.store import Store, models

_KEYS = ("kind", "name", "params")
_EXAMPLE = 'Write [[stages]] with kind = "train-sft" and a table [stages.params], once for each stage.'


@dataclass(frozen=True, slots=True)
class Stage:
    """`spec` starts from the model of the stage before, which is not there yet; `checked` from the first one's."""

    name: str
    spec: JobSpec
    checked: JobSpec


def read(path: Path) -> list[dict[str, Any]]:
    """The tables of the file. DataError if it cannot be read, UsageError if it holds no stages."""
    try:
        body = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {(error.strerror or '').lower()}.") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not valid TOML: {error}.") from error
    found = body.get("stages")
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise UsageError(f"{path} holds no stages.", _EXAMPLE)
    return found


def stages(store: Store, tables: list[dict[str, Any]]) -> list[Stage]:
    """Every stage with the name of the model it leaves; UsageError or UnknownName for what is no stage."""
    made: list[Stage] = []
    taken = set(models.names(store))
    for number, table in enumerate(tables, 1):
        kind, values = _read(table, number)
        if made:
            if values.get("model", made[-1].name) != made[-1].name:
                raise UsageError(
                    f"Stage {number} names the model {values['model']!r}: it starts from {made[-1].name}, which stage "
                    f"{number - 1} leaves.",
                    "Leave model out.",
                )
            values["model"] = made[-1].name
        spec = kinds.parse(kind, values)
        name = values.get("name") or _free_name(store, taken, spec.params["model"], kind)
        if name in taken:
            raise DataError(f"There is a model {name!r} already.", f"Choose another name for stage {number}.")
        taken.add(name)
        named = replace(spec, params={**spec.params, "name": name})
        start = made[0].checked.params["model"] if made else spec.params["model"]
        made.append(Stage(name, named, replace(named, params={**named.params, "model": start})))
    return made


def _free_name(store: Store, taken: set[str], model: str, kind: str) -> str:
    """Of the model that a stage leaves; `taken` holds those that earlier stages leave."""
    base = model if model in taken else _inputs.model_name(store, model)
    return _trained_model.free_name(taken, base, kind.removeprefix("train-"))


def _read(table: Mapping[str, Any], number: int) -> tuple[str, dict[str, Any]]:
    unknown = [key for key in table if key not in _KEYS]
    if unknown:
        raise UnknownName(f"key of stage {number}", unknown[0], _KEYS)
    kind = table.get("kind")
    if kind not in _trainings():
        raise UnknownName(f"kind of stage {number}", str(kind), _trainings())
    params = table.get("params", {})
    if not isinstance(params, dict):
        raise UsageError(f"Stage {number} has no table [stages.params].", _EXAMPLE)
    return str(kind), {**params, **({"name": table["name"]} if "name" in table else {})}


def _trainings() -> tuple[str, ...]:
    return tuple(name for name in kinds.kinds() if name.startswith("train-"))

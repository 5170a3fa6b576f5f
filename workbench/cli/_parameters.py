"""The options of a job command, made from the kind's parameters: declared once, in jobs/."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from workbench import jobs as kinds
from workbench.errors import DataError, UsageError
from workbench.spec import JobSpec

# may name a file, which the worker must find from its own folder
_PATHS = ("data", "eval_data", "path", "out", "model", "task", "old_task", "folder", "accelerate_config")
_NEW = ("out", "folder")  # a path whatever stands there
_FETCHED = ("pull", "name")
_ALSO = {"fewshot": ("--shots",)}  # further names of an option


def options(kind: str, leave_out: tuple[str, ...] = ()) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator that adds one option a parameter; absent ones arrive as None, or (), and keep their default."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for name, field in reversed(kinds.params(kind).model_fields.items()):
            if name not in leave_out:
                default = (
                    "" if field.default is None or field.is_required() else f"  [default: {_shown(field.default)}]"
                )
                several = typing.get_origin(field.annotation) is tuple
                function = click.option(
                    _flag(name, field.annotation), *_ALSO.get(name, ()), name, type=_type(field.annotation),
                    default=None, multiple=several,
                    help=f"{field.description}{'; repeat it for several' * several}{default}",
                )(function)  # fmt: skip
        return function

    return decorate


def spec(kind: str, given: dict[str, Any]) -> JobSpec:
    """The validated spec of what was given on the command line; paths are made absolute.

    A task in a file may name data by relative paths: they are those of the folder in which this was asked.
    """
    values = {name: _absolute(kind, name, value) for name, value in given.items() if value not in (None, ())}
    if "folder" in kinds.params(kind).model_fields and Path(str(values.get("task"))).is_absolute():
        values.setdefault("folder", str(Path.cwd()))
    _check_there(kind, values)
    return kinds.parse(kind, values)


def _check_there(kind: str, values: dict[str, Any]) -> None:
    """UsageError for an option that has no default and was not given."""
    for name, field in kinds.params(kind).model_fields.items():
        if field.is_required() and name not in values:
            raise UsageError(f"{_flag(name, str)} is missing: {field.description}.")


def spec_from(kind: str, file: Path | None, given: dict[str, Any], pairs: dict[str, str]) -> JobSpec:
    """A spec file, overridden by options, overridden by --set; UsageError if the file is for another kind."""
    values: dict[str, Any] = {}
    if file is not None:
        try:
            read = JobSpec.from_toml(file.read_text(encoding="utf-8"), str(file))
        except OSError as error:
            raise DataError(f"{file} cannot be read: {(error.strerror or '').lower()}.") from error
        if read.kind != kind:
            raise DataError(f"{file} is a spec of {read.kind}, not of {kind}.")
        values = read.params
    return spec(kind, {**values, **{name: value for name, value in given.items() if value is not None}, **pairs})


def stage(table: dict[str, Any]) -> dict[str, Any]:
    """A stage of a file as it was written, with its paths made absolute."""
    given = table.get("params")
    if not isinstance(given, dict):
        return table
    kind = str(table.get("kind"))
    return {**table, "params": {name: _absolute(kind, name, value) for name, value in given.items()}}


def _absolute(kind: str, name: str, value: Any) -> Any:
    if not isinstance(value, str) or not (name in _PATHS or (kind, name) == _FETCHED):
        return value
    path = Path(value).expanduser()
    meant = name in _NEW or (path.exists() if "/" in value else path.is_file())  # a bare word may be a catalog name
    return str(path.resolve()) if meant else value


def _flag(name: str, annotation: Any) -> str:
    dashed = name.replace("_", "-")
    return f"--{dashed}/--no-{dashed}" if annotation is bool else f"--{dashed}"


def _type(annotation: Any) -> Any:
    """int, float, bool or str of `int | None` and the like; of a Literal or tuple of one, a choice; a table is TOML."""
    if typing.get_origin(annotation) is tuple:
        return click.Choice(typing.get_args(typing.get_args(annotation)[0]))
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        return _type(next(one for one in typing.get_args(annotation) if one is not type(None)))
    if typing.get_origin(annotation) is typing.Annotated:
        return _type(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) is typing.Literal:
        return click.Choice(typing.get_args(annotation))
    return str if typing.get_origin(annotation) is dict else annotation


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:.3g}" if isinstance(value, float) else str(value)

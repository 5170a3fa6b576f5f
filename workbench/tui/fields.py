"""A kind's parameters as fields of a form: declared once in `Params.model_fields`, read here. Imports pydantic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from workbench import jobs
from workbench.jobs._params import Choice
from workbench.store import Store
from workbench.views.catalog import choices

_BOUNDS = (("ge", "≥"), ("gt", ">"), ("le", "≤"), ("lt", "<"))


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter. `default` is "" where there is none; `choices` is empty for free text.

    `optional`: an empty value is allowed and means None.
    """

    name: str
    description: str
    default: str
    bounds: str
    choices: tuple[str, ...]
    optional: bool

    @property
    def help(self) -> str:
        """What it is, its range, and what an empty field means."""
        empty = f"default {self.default}" if self.default else ("may be empty" if self.optional else "needed")
        return " · ".join(part for part in (self.description, self.bounds, empty) if part)


def fields(store: Store, kind: str) -> list[Field]:
    """The fields of a kind in their declared order; UnknownName for a kind that does not exist."""
    return [_field(store, name, info) for name, info in jobs.params(kind).model_fields.items()]


def values(known: list[Field], given: dict[str, str]) -> dict[str, str]:
    """What was typed, as `jobs.parse` takes it: empty fields are left to their defaults."""
    return {field.name: given[field.name].strip() for field in known if given[field.name].strip()}


def typed(value: Any) -> str:
    """A value as it is typed; None is an empty field."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _field(store: Store, name: str, info: FieldInfo) -> Field:
    optional = NoneType in get_args(info.annotation)
    default = "" if info.is_required() else typed(info.default)
    found = _choices(store, info)
    return Field(
        name,
        info.description or name,
        # a needed field with choices starts with the likeliest
        default or (found[0] if found and not optional else ""),
        _bounds(info),
        found,
        optional,
    )


def _choices(store: Store, info: FieldInfo) -> tuple[str, ...]:
    for mark in _marks(info):
        if isinstance(mark, Choice):
            return tuple(choices(store, mark.of))
    if get_origin(info.annotation) is Literal:
        return tuple(str(value) for value in get_args(info.annotation))
    return ("yes", "no") if info.annotation is bool else ()


def _marks(info: FieldInfo) -> Iterator[Any]:
    """The marks of `Annotated[...]`, also inside `... | None`."""
    yield from info.metadata
    for part in get_args(info.annotation):
        yield from getattr(part, "__metadata__", ())


def _bounds(info: FieldInfo) -> str:
    limits = [(sign, getattr(mark, name)) for mark in info.metadata for name, sign in _BOUNDS if name in _names(mark)]
    return " ".join(f"{sign} {value:g}" for sign, value in limits)


def _names(mark: Any) -> tuple[str, ...]:
    return tuple(getattr(type(mark), "__dataclass_fields__", ()))

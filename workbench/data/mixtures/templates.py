"""Prompt templates: a task in several wordings (Wei et al. 2022, FLAN), as TOML.

    [words.label]                 # what an answer says for a value; columns without words say their value
    0 = "negative"
    1 = "positive"

    [[wordings]]
    prompt = "Is this review kind to the product?\\n\\n{text}"
    answer = "{label}"

A name in braces is a column; {{ and }} are braces. Of choices, {choices} are the lettered lines and {answer} the right
one with its letter.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.data import formats
from workbench.data.files import Row
from workbench.data.layouts import Layout
from workbench.errors import DataError, UnknownName
from workbench.workspace import bundled

_WRITE = 'Write [[wordings]], then prompt = "..." and answer = "...".'


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to put a task: texts with columns in braces."""

    prompt: str
    answer: str


@dataclass(frozen=True, slots=True)
class Templates:
    """`words` maps a column and a value, as text, to what is said in its place; `source` names the file."""

    source: str
    wordings: tuple[Wording, ...]
    words: Mapping[str, Mapping[str, str]]

    def fill(self, number: int, layout: Layout, row: Row, place: str) -> tuple[str, str]:
        """Prompt and answer of a row in the wording of that number (from 0); DataError for what is missing."""
        wording, where = self.wordings[number], f"{self.source}, wording {number + 1}"
        values = _columns(layout, row, place)
        return self._said(wording.prompt, values, where, place), self._said(wording.answer, values, where, place)

    def _said(self, text: str, values: Row, where: str, place: str) -> str:
        names = {name: self._value(name, values, where, place) for name in _names(text, where)}
        return text.format_map(names)

    def _value(self, name: str, values: Row, where: str, place: str) -> str:
        if values.get(name) is None:
            raise DataError(
                f"{where} names the column {name!r}, which {place} lacks.",
                f"It has {', '.join(column for column, value in values.items() if value is not None)}.",
            )
        value = values[name]
        if not isinstance(value, str | int | float):
            raise DataError(f"{where} names the column {name!r}, which is no text in {place}.", "Name another column.")
        said = str(value).lower() if isinstance(value, bool) else str(value)
        words = self.words.get(name)
        if words is None:
            return said
        if said not in words:
            raise DataError(
                f"{self.source} has no word for {name} {said}, as in {place}.", f'Add {said} = "..." to [words.{name}].'
            )
        return words[said]


def load(reference: str) -> Templates:
    """The templates in a file, or the bundled ones of that name."""
    path = Path(reference).expanduser()
    if path.suffix != ".toml":
        known = {file.stem: file for file in bundled("templates").glob("*.toml")}
        if reference not in known:
            raise UnknownName("templates", reference, known)
        path = known[reference]
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error


def parse(text: str, source: str) -> Templates:
    """Templates from TOML; DataError names the source, the wording and what is wrong with it."""
    try:
        body = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{source} is not valid TOML: {error}.") from error
    _allow(body, ("wordings", "words"), source)
    found = body.get("wordings")
    if not isinstance(found, list) or not found:
        raise DataError(f"{source} has no [[wordings]].", _WRITE)
    wordings = tuple(_wording(one, f"{source}, wording {number}") for number, one in enumerate(found, 1))
    return Templates(source, wordings, _words(body.get("words", {}), source))


def _wording(values: Any, where: str) -> Wording:
    if not isinstance(values, dict):
        raise DataError(f"{where} is not a table.", _WRITE)
    _allow(values, ("prompt", "answer"), where)
    for key in ("prompt", "answer"):
        if not isinstance(values.get(key), str) or not values[key].strip():
            raise DataError(f"{where} has no {key}.", _WRITE)
        _names(values[key], where)
    return Wording(values["prompt"], values["answer"])


def _words(values: Any, source: str) -> Mapping[str, Mapping[str, str]]:
    tables = values.items() if isinstance(values, dict) else [("", values)]
    for column, words in tables:
        if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values()):
            raise DataError(
                f"{source}: [words{f'.{column}' * bool(column)}] is not a table of texts.",
                'Write [words.label], then 0 = "negative".',
            )
    return dict(tables)


def _allow(values: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in values:
        if key not in keys:
            raise DataError(f"{where} has the unknown key {key!r}.", UnknownName("key", key, keys).hint)


def _names(text: str, where: str) -> list[str]:
    """The columns in braces; DataError for anything else in them, which str.format would read as code of its own."""
    try:
        found = [(name, spec, turned) for _, name, spec, turned in string.Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise DataError(f"{where}: {error}.", "Write {{ and }} for braces that name no column.") from error
    for name, spec, turned in found:
        if not name.isidentifier() or spec or turned:
            raise DataError(
                f"{where}: {{{name}}} names no column.", "A name of letters, digits and _ stands in braces."
            )
    return [name for name, _, _ in found]


def _columns(layout: Layout, row: Row, place: str) -> Row:
    if layout != "choices":
        return row
    lines = [f"{letter}. {choice}" for letter, choice in zip(formats.LETTERS, row["choices"], strict=False)]
    return {**row, "choices": "\n".join(lines), "answer": formats.answer(row, place)}

"""Rubric files: TOML -> Rubric, refused with file and reason when something is missing.

A rubric is versioned by its words: the hash covers everything a rater reads, so a judgment
always resolves to the exact sentences that were on the screen.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench.errors import DataError, UnknownName
from workbench.records import Criterion, Rubric
from workbench.spec import canonical_json, content_hash
from workbench.workspace import Workspace, bundled

POINTS = 5


def names(workspace: Workspace) -> list[str]:
    """The user's own rubrics and the bundled ones."""
    return sorted(_files(workspace))


def load(name: str, workspace: Workspace) -> Rubric:
    """The rubric of that name; the user's own wins over a bundled one."""
    files = _files(workspace)
    if name not in files:
        raise UnknownName("rubric", name, files)
    path = files[name]
    try:
        rubric = parse(path.read_text(encoding="utf-8"), str(path))
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from error
    if rubric.name != name:  # ratings are found by this name
        raise DataError(f"{path} has the name {rubric.name!r}.", f"Name it as its file: name = {name!r}.")
    return rubric


def parse(text: str, source: str) -> Rubric:
    """Rubric from TOML; DataError names the source, the criterion and what it lacks."""
    try:
        body = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{source} is not valid TOML: {error}.") from error
    name = _word(body, "name", source)
    tables = body.get("criteria")
    if not isinstance(tables, list) or not tables:
        raise DataError(f"{source} has no [[criteria]].", "A rubric needs at least one criterion.")
    criteria = tuple(_criterion(table, f"{source}, criterion {at}") for at, table in enumerate(tables, 1))
    repeated = {one.name for one in criteria if sum(other.name == one.name for other in criteria) > 1}
    if repeated:
        raise DataError(f"{source} names the criterion {sorted(repeated)[0]!r} twice.")
    title = str(body.get("title", name))
    words = canonical_json({"name": name, "title": title, "criteria": [asdict(one) for one in criteria]})
    return Rubric(name, title, criteria, content_hash(words))


def from_words(words: dict[str, Any], digest: str) -> Rubric:
    """A rubric back from the store, with the hash it was stored under."""
    criteria = tuple(
        Criterion(one["name"], one["question"], one["prompt"], tuple(one["anchors"]), tuple(one["examples"]))
        for one in words["criteria"]
    )
    return Rubric(words["name"], words["title"], criteria, digest)


def _files(workspace: Workspace) -> dict[str, Path]:
    own = workspace.rubrics.glob("*.toml") if workspace.rubrics.is_dir() else ()
    return {path.stem: path for path in (*bundled("rubrics").glob("*.toml"), *own)}


def _criterion(table: Any, place: str) -> Criterion:
    if not isinstance(table, dict):
        raise DataError(f"{place} is not a table.")
    name = _word(table, "name", place)
    place = f"{place} ({name})"
    return Criterion(
        name,
        _word(table, "question", place),
        _word(table, "prompt", place),
        _five(table, "anchors", place),
        _five(table, "examples", place),
    )


def _word(table: dict[str, Any], key: str, place: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise DataError(f"{place} has no {key}.")
    return value


def _five(table: dict[str, Any], key: str, place: str) -> tuple[str, ...]:
    values = table.get(key)
    whole = isinstance(values, list) and all(isinstance(value, str) and value.strip() for value in values)
    if not whole or len(values) != POINTS:  # type: ignore[arg-type]
        raise DataError(f"{place} needs {POINTS} {key}, one sentence for each of the points 1 to {POINTS}.")
    return tuple(values)  # type: ignore[arg-type]

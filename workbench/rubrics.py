"""Rubric files: TOML -> Rubric, refused with file and reason when something is missing.

A rubric is versioned by its words: the hash covers everything a rater reads, so a judgment
always resolves to the exact sentences that were on the screen.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
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
    text = _text(path)
    rubric = parse(text, str(path))
    if rubric.name != name:  # ratings are found by this name
        whole = _Table(text, 0, str(path), {})
        raise whole.wrong(f"has the name {rubric.name!r}", "name", f"Name it as its file: name = {name!r}.")
    return rubric


def parse(text: str, source: str) -> Rubric:
    """Rubric from TOML; DataError names the source, the line, the criterion and what is wrong with it."""
    import tomllib  # costs 7 ms, and no first paint reads a rubric

    try:
        body = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{source} is not valid TOML: {error}.") from error
    whole = _Table(text, 0, source, body)
    whole.allow("name", "title", "criteria")
    name = whole.word("name")
    title = whole.word("title") if "title" in body else name
    criteria = _criteria(whole)
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


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of a rubric file. `number` 0 is the file's own, from 1 on its [[criteria]]; `place` says where."""

    text: str
    number: int
    place: str
    values: Any

    def wrong(self, what: str, key: str | None = None, hint: str | None = None) -> DataError:
        """The error to raise, with the line of the key, or that of the table's head where it has no such key."""
        line = _line(self.text, self.number, key) or _line(self.text, self.number) or _line(self.text, 0, "criteria")
        return DataError(f"{self.place} {what} (line {line or 1}).", hint)

    def allow(self, *keys: str) -> None:
        """Refuse any other key: a misspelled one would be left out without a word."""
        for key in self.values:
            if key not in keys:
                raise self.wrong(f"has the unknown key {key!r}", key, UnknownName("key", key, keys).hint)

    def word(self, key: str) -> str:
        value = self.values.get(key)
        if not _is_words(value):
            raise self.wrong(f"has no {key}", key)
        return str(value)

    def five(self, key: str) -> tuple[str, ...]:
        values = self.values.get(key)
        if not isinstance(values, list) or len(values) != POINTS or not all(map(_is_words, values)):
            raise self.wrong(f"needs {POINTS} {key}, one sentence for each of the points 1 to {POINTS}", key)
        for point, value in enumerate(values, 1):
            if value in values[: point - 1]:
                raise self.wrong(f"says the same in the {key} of two points, the second of them {point}", key)
        return tuple(values)


def _is_words(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _criteria(whole: _Table) -> tuple[Criterion, ...]:
    found = whole.values.get("criteria")
    if isinstance(found, dict):
        raise whole.wrong("has no [[criteria]]", "criteria", "Write [[criteria]] with two brackets, once a criterion.")
    if not isinstance(found, list) or not found:
        raise whole.wrong("has no [[criteria]]", "criteria", "A rubric needs at least one criterion.")
    criteria: list[Criterion] = []
    for number, values in enumerate(found, 1):
        one = _criterion(_Table(whole.text, number, f"{whole.place}, criterion {number}", values))
        if one.name in [before.name for before in criteria]:
            table = _Table(whole.text, number, whole.place, values)
            raise table.wrong(f"names the criterion {one.name!r} twice", "name")
        criteria.append(one)
    return tuple(criteria)


def _criterion(table: _Table) -> Criterion:
    if not isinstance(table.values, dict):
        raise table.wrong("is not a table")
    name = table.word("name")
    named = _Table(table.text, table.number, f"{table.place} ({name})", table.values)
    named.allow("name", "question", "prompt", "anchors", "examples")
    return Criterion(name, named.word("question"), named.word("prompt"), named.five("anchors"), named.five("examples"))


def _line(text: str, number: int, key: str | None = None) -> int | None:
    """The line (from 1) of a key of the table with that number, or of its head; None where it cannot be found.

    TOML's reader keeps no lines, so the text is searched again.
    """
    at = 0
    for line, content in enumerate(text.split("\n"), 1):
        if re.match(r"\s*\[\[\s*criteria\s*\]\]", content):
            at += 1
            if at == number and key is None:
                return line
        elif at == number and key and re.match(rf"""\s*\[?\s*["']?{re.escape(key)}["']?\s*[\]=]""", content):
            return line
    return None

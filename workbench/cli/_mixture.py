"""What `workbench data mix` is told and says: sets on the command line or a spec file, counts, and rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.cli import _parameters
from workbench.cli._table import table
from workbench.data.mixtures.mix import TaskCount
from workbench.errors import UsageError
from workbench.spec import JobSpec
from workbench.text import clean
from workbench.views.mixture import MixturePreview, turns

_KIND = "mix-data"


def spec(words: tuple[str, ...], replay: tuple[str, ...], given: dict[str, Any]) -> JobSpec:
    """The spec of a file, or of sets with their weights; options override a file's. Paths are made absolute."""
    file = Path(words[0]) if words[0].endswith(".toml") else None
    if file is not None and len(words) > 1:
        raise UsageError(f"{words[1]}: beside a spec no sets are named.", f"Name them in {file}, under [sources].")
    if file is None:
        given["sources"] = _named(words, "weight")
    if replay:
        given["replay"] = _named(replay, "share")
    found = _parameters.spec_from(_KIND, file, given, {})
    tables = {"sources": _located(found.params["sources"], "weight")}
    if found.params["replay"] is not None:
        tables["replay"] = _located(found.params["replay"], "share")
    return JobSpec(found.kind, {**found.params, **tables})


def counted(counts: tuple[TaskCount, ...]) -> str:
    """A line a task: its rows, its share, and how often a row of its set comes."""
    rows = [(one.task, one.data, one.size, one.rows, f"{one.share:.1%}", f"{one.times:.2f}") for one in counts]
    return table(("task", "from", "of", "rows", "share", "times each"), rows)


def previewed(found: MixturePreview) -> str:
    """The counts, and each row as turns or columns."""
    lines = [f"{found.rows:,} rows, layout {found.layout}; nothing is written", "", counted(found.counts)]
    for number, row in enumerate(found.first, 1):
        lines += ["", f"row {number:,}: {row.origin}"]
        lines += [_line(*turn) for column, value in row.seen.items() for turn in turns(column, value)]
    return "\n".join(lines)


def _line(name: str, text: str) -> str:
    """Safe for a terminal."""
    return f"  {name}: {clean(text)}".replace("\n", "\n      ")


def _named(words: tuple[str, ...], meaning: str) -> dict[str, Any]:
    """The parts by name; UsageError for a name that two have."""
    found: dict[str, Any] = {}
    for one in words:
        task, value = _source(one, meaning)
        if task in found:
            raise UsageError(f"{one}: {task} is named twice.", "In a spec file each can have a name of its own.")
        found[task] = value
    return found


def _source(words: str, meaning: str) -> tuple[str, dict[str, Any]]:
    """`reviews=3` -> ("reviews", {meaning: 3.0}); a file goes by its name without ending, nothing is said without =."""
    name, equals, number = words.rpartition("=")
    try:
        values = {meaning: float(number)} if equals else {}
    except ValueError as error:
        raise UsageError(f"{words}: expected a set, =, and a number, as in reviews=0.5.") from error
    data = name if equals else words
    return Path(data).stem if Path(data).expanduser().is_file() else data, {"data": data, **values}


def _located(tables: Mapping[str, Any], meaning: str) -> dict[str, Any]:
    """Each part as a table that names its data; files as the worker finds them from its own folder."""
    found = {}
    for task, value in tables.items():
        whole = {"data": task, **(value if isinstance(value, dict) else {meaning: value})}
        found[task] = {key: _absolute(one) if key in ("data", "templates") else one for key, one in whole.items()}
    return found


def _absolute(value: Any) -> Any:
    if isinstance(value, str) and Path(value).expanduser().is_file():
        return str(Path(value).expanduser().resolve())
    return value

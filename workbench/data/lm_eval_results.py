"""Folders of results that lm-eval wrote: MODEL/results_TIME.json, and beside it samples_TASK_TIME.jsonl of each task.

Without the samples there are only numbers, which can neither be paired nor looked into: such tasks are left out, and
named. What is broken is refused with file, row (from 1) and key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path
from typing import Any, Literal

from workbench.data import files
from workbench.data.files import Row
from workbench.data.sources import sha256
from workbench.errors import DataError
from workbench.records import LogLikelihood

Kind = Literal["loglikelihood", "loglikelihood_rolling", "generate_until"]

OURS = "workbench"  # the key under which our own export says what lm-eval's layout has no place for
_UNSAFE = re.compile(r'["<>:/|\\?*\[\]]+')  # in the name of a file
_NO_METRICS = ("name", "alias", "sample_len", "samples")
_HINT = "Run lm-eval with --log_samples."


@dataclass(frozen=True, slots=True)
class Item:
    """A document as it was asked: `arguments` and `found` stand for one request each, and again for each draw of it.

    `values` maps a metric (`metric,filter` where a task has several filters) to what it takes from this item.
    """

    doc_id: int
    doc: dict[str, Any]
    target: str
    arguments: tuple[tuple[Any, ...], ...]
    found: tuple[LogLikelihood | str, ...]
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A task that a model was measured on; `metrics` maps metric to value, None where lm-eval has none.

    `config` is the task's configuration. `ours` is what our own export adds, empty where lm-eval wrote the folder;
    `said` is how the model was run, in lm-eval's words. `sha256` is that of the samples.
    """

    model: str
    task: str
    version: str
    kind: Kind
    config: dict[str, Any]
    metrics: dict[str, float | None]
    higher_is_better: dict[str, bool]
    items: tuple[Item, ...]
    sha256: str
    said: dict[str, Any]
    ours: dict[str, Any]


@dataclass(slots=True)
class Found:
    """What a folder holds; `left_out` maps a task without samples to the reason."""

    evaluated: list[Evaluated] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def safe(name: str) -> str:
    """A model's or task's name as a part of a file's."""
    return _UNSAFE.sub("__", name)


def results_name(time: str) -> str:
    return f"results_{time}.json"


def samples_name(task: str, time: str) -> str:
    return f"samples_{safe(task)}_{time}.jsonl"


def read(path: Path) -> Found:
    """Every task with samples below a folder, or of one results file; DataError where there is none."""
    results = [path] if path.is_file() else sorted(path.rglob("results_*.json"))
    if not results:
        raise DataError(f"{path} holds no results_TIME.json.", "Name the folder that lm-eval wrote (--output_path).")
    found = Found()
    for file in results:
        _read_results(file, found)
    if not found.evaluated:
        name = samples_name("TASK", _time(results[0]))
        raise DataError(f"{results[0]} holds numbers only: there is no {name} beside it.", _HINT)
    return found


def _time(results: Path) -> str:
    return results.stem.partition("_")[2]


def _read_results(file: Path, found: Found) -> None:
    body = files.document(file)
    tasks = _table(body, "results", str(file))
    groups = body.get("group_subtasks") or {}
    for name in tasks:
        samples = file.with_name(samples_name(name, _time(file)))
        if samples.is_file():
            found.evaluated.append(_evaluated(file, body, name, samples))
        elif not groups.get(name):  # a group has no samples of its own
            found.left_out[name] = f"no {samples.name}: numbers alone cannot be paired or looked into"


def _evaluated(file: Path, body: Row, name: str, samples: Path) -> Evaluated:
    rows = files.objects(samples)
    if not rows:
        raise DataError(f"{samples} holds no samples.", _HINT)
    kind = _kind(_arguments(rows[0], f"{samples}, row 1"))
    filters = list(dict.fromkeys(str(row.get("filter", "none")) for row in rows))
    config = (body.get("configs") or {}).get(name)
    ours = body.get(OURS)
    return Evaluated(
        _model(body, file), name, str((body.get("versions") or {}).get(name, "0")), kind,
        config if isinstance(config, dict) else {}, _metrics(_table(body["results"], name, str(file)), filters, file),
        {key: bool(value) for key, value in ((body.get("higher_is_better") or {}).get(name) or {}).items()},
        _items(rows, samples, kind, filters), sha256(samples), _said(body),
        (ours.get(name) or {}) if isinstance(ours, dict) else {},
    )  # fmt: skip


def _table(body: Any, key: str, place: str) -> Row:
    found = body.get(key) if isinstance(body, dict) else None
    if not isinstance(found, dict):
        raise DataError(f"{place}: no table under the key {key!r}.", "Is it a results file of lm-eval?")
    return found


def _model(body: Row, file: Path) -> str:
    """lm-eval's name of the model; of one that it knows by no name, the folder's."""
    name = body.get("model_name") or (body.get("config") or {}).get("model")
    return str(name) if name else file.parent.name


def _said(body: Row) -> dict[str, Any]:
    config = body.get("config") or {}
    kept = {key: config.get(key) for key in ("model", "model_args", "model_dtype", "batch_size", "device")}
    return {key: value for key, value in kept.items() if value is not None}


def _metrics(results: Row, filters: Sequence[str], file: Path) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for key, value in results.items():
        metric, _, filtered = key.partition(",")
        if metric.strip() in ("", *_NO_METRICS) or metric.endswith("_stderr"):
            continue
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise DataError(f"{file}, key {key!r}: expected a number, found {value!r}.")
        found[_named(metric, filtered or "none", filters)] = None if value is None else float(value)
    return found


def _named(metric: str, filtered: str, filters: Sequence[str]) -> str:
    return f"{metric},{filtered}" if len(filters) > 1 else metric


# --- samples ---


def _items(rows: Sequence[Row], path: Path, kind: Kind, filters: Sequence[str]) -> tuple[Item, ...]:
    """One item a document, in the order of their numbers; with several filters it stands there once a filter."""
    seen: dict[int, Item] = {}
    given: set[tuple[int, str]] = set()
    for number, row in enumerate(rows, 1):
        place = f"{path}, row {number}"
        filtered = str(row.get("filter", "none"))
        doc_id = row.get("doc_id")
        if not isinstance(doc_id, int) or isinstance(doc_id, bool):
            raise DataError(f"{place}: 'doc_id' is {doc_id!r}, not a number.")
        if (doc_id, filtered) in given:
            raise DataError(f"{place}: document {doc_id} stands there twice.", "Export or run it again.")
        given.add((doc_id, filtered))
        values = {_named(name, filtered, filters): row.get(name) for name in _names(row, place)}
        if doc_id in seen:
            seen[doc_id].values.update(values)
        else:
            seen[doc_id] = _item(row, doc_id, place, kind, values)
    return tuple(seen[doc_id] for doc_id in sorted(seen))


def _item(row: Row, doc_id: int, place: str, kind: Kind, values: dict[str, Any]) -> Item:
    doc = row.get("doc")
    if not isinstance(doc, dict):
        raise DataError(f"{place}: 'doc' is no document but {type(doc).__name__}.")
    arguments = _arguments(row, place)
    responses = row.get("resps")
    if not isinstance(responses, list) or len(responses) != len(arguments):
        raise DataError(f"{place}: 'resps' does not hold one entry a request ({len(arguments)}).")
    found = [(request, _responses(one, kind, f"{place}, key 'resps'"))
             for request, one in zip(arguments, responses, strict=True)]  # fmt: skip
    asked = tuple(request for request, its in found for _ in its)
    return Item(doc_id, doc, str(row.get("target", "")), asked, tuple(one for _, its in found for one in its), values)


def _names(row: Row, place: str) -> list[str]:
    """The metrics of a row. They are named since lm-eval 0.4.9; before, whatever is not one of its own keys is one."""
    named = row.get("metrics")
    if named is not None and not (isinstance(named, list) and all(isinstance(one, str) for one in named)):
        raise DataError(f"{place}: 'metrics' is no list of names.")
    return [key for key in row if key not in _KEYS] if named is None else named


_KEYS = frozenset(
    ("doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics", "doc_hash", "prompt_hash",
     "target_hash")
)  # fmt: skip


def _arguments(row: Row, place: str) -> tuple[tuple[Any, ...], ...]:
    """`gen_args_N.arg_M`, or lists in older versions."""
    found = row.get("arguments")
    requests = list(found.values()) if isinstance(found, Mapping) else found
    if not isinstance(requests, list) or not requests:
        raise DataError(f"{place}: 'arguments' holds no request.")
    made = []
    for request in requests:
        parts = list(request.values()) if isinstance(request, Mapping) else request
        if isinstance(parts, list) and parts and isinstance(parts[0], list) and len(parts[0]) == 1:
            parts = [*parts[0], *parts[1:]]  # a chat, as JSON in a tuple
        if not isinstance(parts, list) or not parts or not isinstance(parts[0], str):
            raise DataError(f"{place}: 'arguments' holds a request without a text.")
        made.append(tuple(parts))
    return tuple(made)


def _kind(arguments: tuple[tuple[Any, ...], ...]) -> Kind:
    """A text alone is weighed as a whole, options go with a text to go on with."""
    first = arguments[0]
    if len(first) == 1:
        return "loglikelihood_rolling"
    return "generate_until" if isinstance(first[1], Mapping) else "loglikelihood"


def _responses(responses: Any, kind: Kind, place: str) -> list[LogLikelihood | str]:
    """A text may be drawn several times; a log-probability is always the same."""
    if not isinstance(responses, list) or not responses or (len(responses) > 1 and kind != "generate_until"):
        many = f"{len(responses)} answers" if isinstance(responses, list) else "no list of answers"
        raise DataError(f"{place}: {many} to one request; runs keep one, or each draw of a text.")
    return [_response(one, kind, place) for one in responses]


def _response(one: Any, kind: Kind, place: str) -> LogLikelihood | str:
    if kind == "generate_until":
        if not isinstance(one, str):
            raise DataError(f"{place}: expected a text, found {one!r}.")
        files.check_unicode(one, place)
        return one
    pair = [one, "False"] if kind == "loglikelihood_rolling" and not isinstance(one, list) else one
    try:
        logprob, greedy = pair
        value = float(logprob)
        if isnan(value):
            raise ValueError(value)
        return LogLikelihood(value, str(greedy) == "True")
    except (TypeError, ValueError) as error:
        raise DataError(f"{place}: expected a log-probability, found {one!r}.") from error

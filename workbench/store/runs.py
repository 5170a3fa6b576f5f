"""Runs: a model on a task in a variant, with every response and every scored answer kept."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from workbench.errors import UnknownNumber
from workbench.records import Generated, LogLikelihood, Tokens
from workbench.spec import canonical_json, content_hash, finite
from workbench.store import outcomes, prompt_words
from workbench.store.clock import utc_now
from workbench.store.connection import ROWS_A_WRITE, Store
from workbench.store.schema_005 import MARGIN
from workbench.text import whole

_ADD_ANSWER = (
    "INSERT INTO answers (run_id, item_id, context, choices, gold, answer, changed, scores, score, options, parts,"
    " margin) VALUES (:run, :item, :context, :choices, :gold, :answer, :changed, :scores, :score, :options, :parts,"
    f" {MARGIN}) ON CONFLICT DO NOTHING"
)

PACE = ("threads", "generation_budget", "scoring_budget", "max_rows")  # settings that decide how fast, not what
CLEAN: dict[str, Any] = {}
RERUN: dict[str, Any] = {"perturbation": "clean-rerun"}  # the noise floor: asked again, in other batches


def counterfactual(arm: str) -> dict[str, Any]:
    """The variant of an arm of a bias probe; the texts as they are written are the clean ones."""
    return CLEAN if arm == "original" else {"arm": arm}


@dataclass(frozen=True, slots=True)
class Task:
    """A version of a benchmark task: its definition and its data, by hash."""

    id: int
    name: str
    version: str
    hash: str
    definition: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """`variant` is empty for the clean items. `metrics` (name -> value) is empty until the run is finished."""

    id: int
    model_id: int
    task_id: int
    variant: dict[str, Any]
    settings: dict[str, Any]
    items: int
    metrics: dict[str, Any]
    job_id: int | None
    created_at: str
    finished_at: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One item as it was asked and answered. `gold` and `answer` are numbers of choices; None: not of that kind.

    `logprobs` are nats, one a choice; `text` is what was written (None: nothing was asked for). `scores` maps metric to
    this item's value. `parts` holds what a metric of all items together takes from this one; only those that are no
    scores are stored.
    """

    item_id: int
    context: str
    choices: tuple[str, ...]
    gold: int | None
    answer: int | None
    changed: bool
    scores: dict[str, float]
    logprobs: tuple[float, ...] = ()
    text: str | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)


def add_task(store: Store, name: str, version: str, definition: Mapping[str, Any], docs: Sequence[Any]) -> Task:
    """The task with these items, stored if its definition or data are new."""
    words = canonical_json(finite(dict(definition)))
    bodies = [canonical_json(finite(doc)) for doc in docs]
    digest = content_hash(canonical_json([words, bodies]))
    with store.write() as db:
        db.execute(
            "INSERT INTO tasks (name, version, hash, definition, created_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (hash) DO NOTHING",
            (name, version, digest, words, utc_now()),
        )
    row = store.read("SELECT id, name, version, hash, definition FROM tasks WHERE hash = ?", (digest,))[0]
    for start in range(0, len(bodies), ROWS_A_WRITE):
        with store.write() as db:
            db.executemany(
                "INSERT INTO items (task_id, position, doc) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [(row["id"], at, body) for at, body in enumerate(bodies[start : start + ROWS_A_WRITE], start)],
            )
    return Task(row["id"], row["name"], row["version"], row["hash"], json.loads(row["definition"]))


def item_ids(store: Store, task_id: int, start: int = 0, count: int = -1) -> list[int]:
    """In the order of the data: `count` of them from the place `start` on (from 0); -1: all that follow."""
    rows = store.read(
        "SELECT id FROM items WHERE task_id = ? AND position >= ? ORDER BY position LIMIT ?", (task_id, start, count)
    )
    return [row[0] for row in rows]


def positions(store: Store, items: Sequence[int]) -> dict[int, int]:
    """Item id -> its place in the data, from 0."""
    rows = store.read(
        "SELECT id, position FROM items WHERE id IN (SELECT value FROM json_each(?))", (canonical_json(list(items)),)
    )
    return {row[0]: row[1] for row in rows}


def begin(
    store: Store,
    model_id: int,
    weights_hash: str | None,
    task: Task,
    variant: Mapping[str, Any],
    settings: Mapping[str, Any],
    items: int,
    job_id: int,
) -> Run:
    """The run of these weights, task version, variant and settings but for PACE; one that exists is gone on with.

    It keeps the settings with which it was begun. Threads and budgets are chosen anew for each job, by what the machine
    has free, and move a log-probability by rounding only.
    """
    hashed = identity(model_id, weights_hash, task.hash, variant, settings, items)
    with store.write() as db:
        db.execute(
            "INSERT INTO runs (hash, model_id, task_id, variant, settings, items, job_id, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING",
            (hashed, model_id, task.id, canonical_json(dict(variant)), canonical_json(dict(settings)),
             items, job_id, utc_now()),
        )  # fmt: skip
    return _record(store.read("SELECT * FROM runs WHERE hash = ?", (hashed,))[0])


def identity(
    model_id: int, weights_hash: str | None, task_hash: str, variant: Mapping[str, Any], settings: Mapping[str, Any],
    items: int,
) -> str:  # fmt: skip
    """The hash that tells a run from every other."""
    return content_hash(canonical_json([model_id, weights_hash, task_hash, dict(variant), computed(settings), items]))


def computed(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a run on which its numbers depend by more than rounding."""
    return {name: value for name, value in settings.items() if name not in PACE}


def add_responses(store: Store, run_id: int, rows: Iterable[tuple[int, int, LogLikelihood]]) -> None:
    """Keep (item id, number of the request, result) of a batch; a repeated batch changes nothing."""
    values = [
        (run_id, item, number, one.logprob, int(one.is_greedy), canonical_json(one.tokens) if one.tokens else None)
        for item, number, one in rows
    ]
    for start in range(0, len(values), ROWS_A_WRITE):
        with store.write() as db:
            db.executemany(
                "INSERT INTO responses VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                values[start : start + ROWS_A_WRITE],
            )


def responses(store: Store, run_id: int, items: Sequence[int] | None = None) -> dict[tuple[int, int], LogLikelihood]:
    """(item id, number) -> result; `items`: of these only."""
    only, listed = _only(items)
    rows = store.read(
        f"SELECT item_id, number, logprob, is_greedy FROM responses WHERE run_id = ?{only}", (run_id, *listed)
    )
    return {(row[0], row[1]): LogLikelihood(row[2], bool(row[3])) for row in rows}


def tokens(store: Store, run_id: int, item_id: int) -> dict[int, Tokens]:
    """Number of the request -> the tokens of its continuation or written answer; absent where they are not known."""
    rows = store.read(
        "SELECT number, tokens FROM responses WHERE run_id = ? AND item_id = ? AND tokens IS NOT NULL",
        (run_id, item_id),
    )
    return {row[0]: tuple((words, value) for words, value in json.loads(row[1])) for row in rows}


def parts(store: Store, run_id: int) -> dict[int, dict[str, Any]]:
    """Item id -> what metrics of all items together take from it, its scores among them, in the order of the data."""
    rows = store.read("SELECT item_id, scores, parts FROM answers WHERE run_id = ? ORDER BY item_id", (run_id,))
    return {row[0]: json.loads(row[1]) | json.loads(row[2]) for row in rows}


def some_contexts(store: Store, run_id: int, count: int) -> list[str]:
    """What some of the items of a run were asked, the first and the last among them, evenly over the others."""
    first, last = store.read("SELECT MIN(item_id), MAX(item_id) FROM answers WHERE run_id = ?", (run_id,))[0]
    if first is None:
        return []
    wanted = {first + (last - first) * at // (count - 1) for at in range(count)}
    only, listed = _only(sorted(wanted))
    return [row[0] for row in store.read(f"SELECT context FROM answers WHERE run_id = ?{only}", (run_id, *listed))]


def differing_prompts(store: Store, first_run: int, second_run: int) -> int:
    """How many items of both runs were not asked in the same words."""
    sql = "SELECT prompts FROM pairings WHERE run_id IN (?, ?)"
    known = [row[0] for row in store.read(sql, (first_run, second_run))]
    if len(known) == 2 and known[0] == known[1]:
        return 0
    return int(
        store.value(
            "SELECT COUNT(*) FROM answers a JOIN answers b ON b.run_id = ? AND b.item_id = a.item_id"
            " WHERE a.run_id = ? AND (a.context != b.context OR a.choices != b.choices)",
            (second_run, first_run),
        )
    )


def add_texts(store: Store, run_id: int, rows: Iterable[tuple[int, int, Generated]]) -> None:
    """Keep (item id, number of the request, answer) of a batch; a repeated batch changes nothing."""
    values = [(run_id, item, number, whole(one.text), one.tokens, one.finish_reason) for item, number, one in rows]
    for start in range(0, len(values), ROWS_A_WRITE):
        with store.write() as db:
            db.executemany(
                "INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                values[start : start + ROWS_A_WRITE],
            )


def texts(store: Store, run_id: int, items: Sequence[int] | None = None) -> dict[tuple[int, int], Generated]:
    """(item id, number) -> answer; `items`: of these only."""
    only, listed = _only(items)
    rows = store.read(
        f"SELECT item_id, number, text, tokens, finish_reason FROM texts WHERE run_id = ?{only}", (run_id, *listed)
    )
    return {(row[0], row[1]): Generated(row[2], row[3], row[4]) for row in rows}


def add_answers(store: Store, run_id: int, answers: Sequence[Answer], metric: str) -> None:
    """Keep scored answers; one that is there already stays. `metric` is the one that judges item by item."""
    for start in range(0, len(answers), ROWS_A_WRITE):
        with store.write() as db:
            db.executemany(_ADD_ANSWER, [_words(run_id, one, metric) for one in answers[start : start + ROWS_A_WRITE]])


def finish(
    store: Store, run_id: int, answers: Sequence[Answer], metrics: Mapping[str, Any], metric: str = "acc"
) -> None:
    """Keep the scored answers and the run's metrics; finishing again changes nothing. `metric` as in add_answers."""
    add_answers(store, run_id, answers, metric)
    known = outcomes.pairing(store, run_id)
    prompts = known.prompts or _prompts_hash(store, run_id)
    prompt_words.keep(store.connection, store.write, run_id, prompts)
    with store.write() as db:
        db.execute(
            "UPDATE runs SET metrics = ?, finished_at = ? WHERE id = ? AND finished_at IS NULL",
            (canonical_json(finite(dict(metrics))), utc_now(), run_id),
        )
        db.execute(
            "INSERT INTO pairings (run_id, items, scores, prompts) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (run_id, known.items, known.scores, prompts),
        )


def _prompts_hash(store: Store, run_id: int) -> str:
    """Over every item with its context and choices, in the order of the data."""
    found = sha256()
    sql = "SELECT item_id, context, choices FROM answers WHERE run_id = ? ORDER BY item_id"
    with store.snapshot() as db:
        for row in db.execute(sql, (run_id,)):
            found.update(f"{row[0]}\0{row[1]}\0{row[2]}\0".encode())
    return found.hexdigest()


def _words(run_id: int, one: Answer, metric: str) -> dict[str, Any]:
    whole_run = {name: part for name, part in one.parts.items() if name not in one.scores}
    return {
        "run": run_id, "item": one.item_id, "context": one.context, "choices": canonical_json(list(one.choices)),
        "gold": one.gold, "answer": one.answer, "changed": int(one.changed),
        "scores": canonical_json(finite(one.scores)), "score": finite(one.scores.get(metric)),
        "options": len(one.choices), "parts": _as_json(finite(whole_run)),
    }  # fmt: skip


def _as_json(parts: Any) -> str:
    """What JSON does not have stands there as its text."""
    return whole(json.dumps(parts, ensure_ascii=False, default=str))


def by_id(store: Store, run_id: int) -> Run:
    row = store.one("SELECT * FROM runs WHERE id = ?", (run_id,))
    if row is None:
        raise UnknownNumber("run", run_id, store.value("SELECT max(id) FROM runs"))
    return _record(row)


def all_runs(store: Store) -> list[Run]:
    """Newest first."""
    return [_record(row) for row in store.read("SELECT * FROM runs ORDER BY id DESC")]


def finished(store: Store, task_name: str, model_id: int) -> list[Run]:
    """The finished runs of a model on any version of a task, newest version and run first."""
    rows = store.read(
        "SELECT r.* FROM runs r JOIN tasks t ON t.id = r.task_id"
        " WHERE t.name = ? AND r.model_id = ? AND r.finished_at IS NOT NULL ORDER BY r.task_id DESC, r.id DESC",
        (task_name, model_id),
    )
    return [_record(row) for row in rows]


def docs(store: Store, task_id: int) -> list[tuple[int, dict[str, Any]]]:
    """(item id, document) in the order of the data."""
    rows = store.read("SELECT id, doc FROM items WHERE task_id = ? ORDER BY position", (task_id,))
    return [(row["id"], json.loads(row["doc"])) for row in rows]


def task_names(store: Store) -> dict[int, str]:
    """Task id -> name; versions of one task share it."""
    return {row[0]: row[1] for row in store.read("SELECT id, name FROM tasks")}


def grouped(store: Store) -> list[str]:
    """The groups of tasks that benchmark jobs have run under their own name, the first one first."""
    rows = store.read(
        "SELECT g.key FROM jobs j, json_each(j.result, '$.groups') g WHERE j.kind = 'bench' AND j.state = 'done'"
        " ORDER BY j.id, g.id"
    )
    return list(dict.fromkeys(row[0] for row in rows))


def task_hash(store: Store, task_id: int) -> str:
    """The hash of a task's definition and data, without reading either."""
    return str(store.value("SELECT hash FROM tasks WHERE id = ?", (task_id,)))


def task(store: Store, task_id: int) -> Task:
    row = store.read("SELECT id, name, version, hash, definition FROM tasks WHERE id = ?", (task_id,))[0]
    return Task(row["id"], row["name"], row["version"], row["hash"], json.loads(row["definition"]))


def tasks_named(store: Store, name: str) -> list[Task]:
    """All versions of a task, the newest first."""
    rows = store.read("SELECT id FROM tasks WHERE name = ? ORDER BY id DESC", (name,))
    return [task(store, row["id"]) for row in rows]


def answers(store: Store, run_id: int, items: Sequence[int] | None = None) -> list[Answer]:
    """The answers of a run in the order of the items, with the log-probability of each choice; `items`: these only."""
    found, written = responses(store, run_id, items), texts(store, run_id, items)
    only, listed = _only(items)
    rows = store.read(
        f"SELECT a.* FROM answers a JOIN items i ON i.id = a.item_id WHERE a.run_id = ?{only} ORDER BY i.position",
        (run_id, *listed),
    )
    return [_answer(row, found, written) for row in rows]


def _only(items: Sequence[int] | None) -> tuple[str, tuple[str, ...]]:
    """The condition that leaves these items, with its parameter; nothing for None."""
    if items is None:
        return "", ()
    return " AND item_id IN (SELECT value FROM json_each(?))", (canonical_json(list(items)),)


def _answer(
    row: sqlite3.Row,
    found: Mapping[tuple[int, int], LogLikelihood],
    written: Mapping[tuple[int, int], Generated],
) -> Answer:
    choices = tuple(json.loads(row["choices"]))
    logprobs = tuple(found[(row["item_id"], at)].logprob for at in range(len(choices)) if (row["item_id"], at) in found)
    text = written.get((row["item_id"], 0))
    return Answer(
        row["item_id"], row["context"], choices, row["gold"], row["answer"], bool(row["changed"]),
        json.loads(row["scores"]), logprobs, text.text if text else None,
    )  # fmt: skip


def _record(row: sqlite3.Row) -> Run:
    values = {name: row[name] for name in ("id", "model_id", "task_id", "items", "job_id", "created_at", "finished_at")}
    return Run(
        **values,
        variant=json.loads(row["variant"]),
        settings=json.loads(row["settings"]),
        metrics=json.loads(row["metrics"]),
    )

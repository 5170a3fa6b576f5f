"""Doctor: what could lose work or surprise a person, checked one by one, each with what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from workbench import launch
from workbench.models import machine
from workbench.store import Store, integrity, models
from workbench.store.backup import way_back
from workbench.store.filesystem import network_type
from workbench.text import plural
from workbench.workspace import model_cache

Verdict = Literal["ok", "note", "bad"]
PACKAGES = ("torch", "transformers", "trl", "peft", "datasets", "evaluate", "textual", "sqlite-utils")
LOW_DISK_BYTES = 2 * 1024**3  # less than the merged weights of a few rounds
_SAFE_SQLITE = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Check:
    """`note`: works, but a person should know; `bad`: work may be lost or cannot be done."""

    name: str
    verdict: Verdict
    text: str


def doctor(store: Store) -> list[Check]:
    """Every check, in the order of what matters most."""
    return [*_database(store), *_places(store), *_processes(store), *_software(), _machine(), *_models(store)]


def _database(store: Store) -> Iterator[Check]:
    damage = integrity.damage(store)
    if damage:  # what else such a file says is worth nothing
        yield Check("database", "bad", f"{damage}. {way_back(store.workspace)}")
        return
    yield Check("database", "ok", f"{store.path} is sound")
    missing = integrity.missing_triggers(store)
    yield _verdict("guards", missing, "judgments are append-only", f"missing: {', '.join(missing)}")
    gaps = integrity.gaps(store)
    yield _verdict("events", gaps, "every session is numbered without a gap", f"gaps in sessions {', '.join(gaps)}")
    different = integrity.view_differences(store)
    yield _verdict("ratings", different, "the ratings are those of the events", f"{plural(different, 'row')} differ")
    broken = integrity.broken_references(store)
    yield _verdict("references", broken, "every judgment resolves", f"{plural(broken, 'row')} point nowhere")


def _places(store: Store) -> Iterator[Check]:
    network = network_type(store.workspace.root)
    mode = integrity.journal_mode(store)
    if network:
        yield Check("file system", "note", f"{network}: a network file system; journal {mode}; use it from one host")
    else:
        yield Check("file system", "ok", f"local; journal {mode}, every commit on disk")
    free = shutil.disk_usage(store.workspace.root).free
    if free > LOW_DISK_BYTES:
        yield Check("disk", "ok", f"{free / 1024**3:.1f} GiB free under {store.workspace.root}")
    else:
        low = f"{free / 1024**2:,.0f} MiB free under {store.workspace.root}; free some space before it is full"
        yield Check("disk", "note", low)
    yield _sharing(store.workspace.root, store.path)


def _sharing(folder: Path, database: Path) -> Check:
    shared = folder.stat().st_mode & stat.S_ISGID
    writable = database.stat().st_mode & stat.S_IWGRP
    if shared and not writable:
        return Check("sharing", "bad", f"the folder is shared, but {database.name} is not: chmod g+rw {database}*")
    return Check("sharing", "ok", "shared through its group" if shared else "private to this user")


def _processes(store: Store) -> Iterator[Check]:
    if launch.kills_at_logout():
        found = "through systemd-run" if shutil.which("systemd-run") else "and systemd-run is missing"
        yield Check("logout", "note", f"KillUserProcesses ends processes at logout; workers start {found}")
    else:
        yield Check("logout", "ok", "workers outlive a closed terminal")
    alive = [lane for lane in ("heavy", "light") if launch.worker_alive(store.workspace, lane)]
    yield Check("workers", "ok", f"running: {', '.join(alive)}" if alive else "none running; one starts with a job")


def _software() -> Iterator[Check]:
    yield Check("python", "ok", f"{sys.version.split()[0]} in {sys.prefix}")
    safe = sqlite3.sqlite_version_info >= _SAFE_SQLITE
    note = "" if safe else " (its WAL-reset defect is fenced by the write lock)"
    yield Check("sqlite", "ok", sqlite3.sqlite_version + note)
    missing = [name for name in PACKAGES if _version(name) is None]
    found = ", ".join(f"{name} {_version(name)}" for name in PACKAGES if name not in missing)
    yield _verdict("packages", missing, found, f"missing: {', '.join(missing)}")
    term = os.environ.get("TERM", "dumb")
    colours = os.environ.get("COLORTERM") or "256 colours (ssh does not forward COLORTERM)"
    yield Check("terminal", "note" if term == "dumb" else "ok", f"TERM={term}, {colours}")


def _machine() -> Check:
    known = machine.read(model_cache())
    if known is None:
        return Check("speed", "note", "not measured yet; the first job takes a few seconds to")
    chosen = machine.choose(known, busy=0.0)
    speeds = ", ".join(f"{one.dtype} x{one.threads}: {one.decode:.0f}" for one in known.speeds)
    device = known.gpu or f"{plural(known.cpus, 'core')}"
    return Check(
        "speed", "ok", f"{device}; answers in {chosen.dtype} on {plural(chosen.threads, 'thread')}; tokens/s {speeds}"
    )


def _models(store: Store) -> Iterator[Check]:
    gone = [one.name for one in models.all_models(store) if one.path and not Path(one.path).exists()]
    yield _verdict("models", gone, "all weights are where they were", f"weights are gone: {', '.join(gone)}")


def _verdict(name: str, problem: object, sound: str, broken: str) -> Check:
    return Check(name, "bad" if problem else "ok", broken if problem else sound)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None

"""Rating and comparing through a real terminal while something fails: nothing shown as saved is lost.

    python tests/benchmarks/rating_trials.py [--trials 1000] [--side-by-side 1]

Each trial opens the terminal where the one before left off, presses keys, and lets one thing go wrong:

    kill             kill -9 in the middle of a write, or just past it
    hang up          the line is closed, as a lost connection does
    page limit       SQLite's max_page_count: what a full disk gives
    small disk       a full file system of a few megabytes; where mounting is not permitted, the size limit again,
                     and then the report names it so
    size limit       RLIMIT_FSIZE, as a quota: no file may grow
    read-only        SQLite refuses every write, as to a database that may only be read
    stopped holder   another process holds the write lock and is stopped by SIGSTOP

Counted are: lost (shown as saved, and not there), doubled (more events than keys), torn (ratings that are not those
of the events, gaps, a damaged file), unsaid (a key that was not saved, and the screen did not say so), not kept
(what is saved is not what was pressed), and displaced (another place than before).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields
from pathlib import Path

from bulk_workspaces import with_judgments
from rated_events import events, expected_place, newest_is, stored, torn
from terminal_session import TerminalSession

from workbench.records import BatchSettings, NewItem
from workbench.store import Store, batches, judgments, open_store
from workbench.workspace import Workspace

KINDS = ("kill", "hang up", "page limit", "small disk", "size limit", "read-only", "stopped holder")
SCREENS = ("rate", "versus")
COUNTED = ("lost", "doubled", "torn", "unsaid", "not_kept", "displaced")
EXPOSURE = 0.3  # seconds; a digit that comes sooner after a new text does not count
LONG_WAITS = 0.1  # share of the stopped holders that are waited for until the screen gives up, after 10 s
MOST_KEYS = 80  # until a full database must have refused one
DISK_BYTES = 16 * 1024**2
_PROGRAM = [str(Path(sys.executable).parent / "workbench")]
# SQLite's own limits, put on before each write as the file of the first argument says now
_LIMITED = """
import sqlite3, sys
from pathlib import Path
limits = Path(sys.argv.pop(1))
class Limited(sqlite3.Connection):
    def execute(self, sql, *parameters):
        if sql == "BEGIN IMMEDIATE":
            super().execute(limits.read_text())
        return super().execute(sql, *parameters)
connect = sqlite3.connect
sqlite3.connect = lambda *given, **named: connect(*given, factory=Limited, **named)
from workbench.cli.main import main
main()
"""
_PRAGMAS = {  # kind -> (off, on)
    "page limit": ("PRAGMA max_page_count=1073741823", "PRAGMA max_page_count=1"),  # never below what there is
    "read-only": ("PRAGMA query_only=0", "PRAGMA query_only=1"),
}
_HOLD = """
import sys, time
from pathlib import Path
from workbench.store.lock import WriteLock
WriteLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
time.sleep(600)
"""


@dataclass
class Trial:
    """What one trial came to: everything but `keys` and `seconds` must be 0."""

    kind: str
    screen: str
    mounted: bool = False  # whether the small disk is a file system of its own
    keys: int = 0
    lost: int = 0
    doubled: int = 0
    torn: int = 0
    unsaid: int = 0
    not_kept: int = 0
    displaced: int = 0
    seconds: float = 0.0
    remarks: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        return sum(getattr(self, name) for name in COUNTED)


class Field:
    """A workspace with a batch to rate and one to compare, on a disk of its own where that is permitted."""

    def __init__(self, folder: Path, prompts: int, small: bool) -> None:
        self.folder = folder
        self.mounted = small and _mounted(folder)
        self.workspace = with_judgments(folder / "ws", 0, unrated_prompts=prompts)
        with open_store(self.workspace) as store:
            rated = batches.by_id(store, 1)
            items = [NewItem(item.prompt_id, item.completions) for item in batches.items(store, 1)]
            judgments.add_rater(store, "ada")
            batches.add(store, "pairs", rated.rubric_id, 1, items, None, BatchSettings("pairs"))

    def close(self) -> None:
        if self.mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


def run(field_: Field, kind: str, screen: str, seed: int, program: Sequence[str] = ()) -> Trial:
    """One trial on its workspace; `program` takes the place of workbench (empty: it does not)."""
    trial, chance, began = Trial(kind, screen, field_.mounted), random.Random(seed), time.perf_counter()
    limits = field_.folder / "limits.sql"
    limits.write_text(_PRAGMAS.get(kind, ("SELECT 1",))[0])
    program = program or ([sys.executable, "-c", _LIMITED, str(limits)] if kind in _PRAGMAS else _PROGRAM)
    workspace = field_.workspace
    session = TerminalSession([*program, "--workspace", str(workspace.root), screen, "--rater", "ada"], {})
    try:
        session.wait_for(lambda: bool(_place(session, screen)), seconds=60)
        trial.displaced = _place(session, screen) != expected_place(workspace, screen)
        if kind in ("kill", "hang up"):
            _interrupted(trial, session, workspace, chance)
        else:
            _refused(trial, session, field_, chance)
    finally:
        session.close()
    trial.torn += torn(workspace)
    trial.seconds = time.perf_counter() - began
    return trial


def _interrupted(trial: Trial, session: TerminalSession, workspace: Workspace, chance: random.Random) -> None:
    """Press one to five keys; the last of them is not waited for."""
    begun, saved = events(workspace), []
    for _ in range(chance.randint(0, 4)):
        session.settle(EXPOSURE)
        before = events(workspace)
        key = chance.choice(_digits(trial.screen) + "u")
        said = _press(session, key)
        trial.keys += 1
        saved += [key] if said.startswith(("✓ saved", "! too fast")) else []
        trial.unsaid += said.startswith("✓ saved") and events(workspace) == before
    session.settle(EXPOSURE)
    last = chance.choice(_digits(trial.screen))
    session.send(last)
    trial.keys += 1
    time.sleep(chance.random() * 0.02)
    if trial.kind == "kill":
        session.kill()
    else:
        session.hang_up()
        session.reap(60)
    kept = stored(workspace, begun)
    trial.lost, trial.doubled = max(0, len(saved) - len(kept)), max(0, len(kept) - trial.keys)
    trial.not_kept = kept not in (saved, [*saved, last])


def _refused(trial: Trial, session: TerminalSession, field_: Field, chance: random.Random) -> None:
    """Press keys until one cannot be saved, then another, then let the cause go: the first is saved, the other never.

    A stopped holder keeps the key waiting, with its name on the screen, until it goes on.
    """
    workspace, digits = field_.workspace, _digits(trial.screen)
    with _cause(trial, session, field_) as end:
        while True:
            session.settle(EXPOSURE)
            before, key = events(workspace), chance.choice(digits)
            said = _press(session, key, held=trial.kind == "stopped holder")
            trial.keys += 1
            if not said.startswith(("✓ saved", "! too fast")):
                break
            if trial.keys == MOST_KEYS:
                trial.remarks.append("never refused")
                return
        trial.unsaid += not _says_so(said)
        trial.doubled += max(0, events(workspace) - before)  # it is not there, whatever the screen says
        trial.unsaid += not _refused_aloud(session, chance.choice(digits))
        if trial.kind == "stopped holder" and chance.random() < LONG_WAITS:
            session.wait_for(lambda: "NOT SAVED" in _line(session))
        end()
    _until_saved(session)
    new = events(workspace) - before
    trial.lost, trial.doubled = max(0, 1 - new), trial.doubled + max(0, new - 1)
    trial.not_kept += not newest_is(workspace, key)


@contextlib.contextmanager
def _cause(trial: Trial, session: TerminalSession, field_: Field) -> Iterator[Callable[[], object]]:
    """Let it go wrong; what is yielded ends the cause."""
    if trial.kind in _PRAGMAS:
        off, on = _PRAGMAS[trial.kind]
        limits = field_.folder / "limits.sql"
        limits.write_text(on)
        yield lambda: limits.write_text(off)
    elif trial.kind == "stopped holder":
        with _holder(field_.workspace) as holder:
            yield holder.kill
    else:
        _truncate_journal(field_.workspace)
        if trial.kind == "small disk" and field_.mounted:
            filler = _fill(field_.folder)
            yield filler.unlink
        else:
            hard = resource.prlimit(session.pid, resource.RLIMIT_FSIZE)[1]
            resource.prlimit(session.pid, resource.RLIMIT_FSIZE, (4096, hard))
            yield lambda: resource.prlimit(session.pid, resource.RLIMIT_FSIZE, (hard, hard))


@contextlib.contextmanager
def _holder(workspace: Workspace) -> Iterator[subprocess.Popen[bytes]]:
    lock = workspace.database.with_name(workspace.database.name + ".lock")
    process = subprocess.Popen([sys.executable, "-c", _HOLD, str(lock)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    process.send_signal(signal.SIGSTOP)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _truncate_journal(workspace: Workspace) -> None:
    """Without a journal to write over, the next write must make a file grow."""
    with Store(workspace) as store:
        store.lock.acquire()
        store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        store.lock.release()


def _fill(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    return filler


def _mounted(folder: Path) -> bool:
    """Whether the folder could be made a small file system of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


# --- the screen ---


def _digits(screen: str) -> str:
    return "12345" if screen == "rate" else "1234"


def _press(session: TerminalSession, key: str, held: bool = False) -> str:
    """Type a key and wait until the screen says what became of it: the line that says so.

    `held`: what is still being written counts as said, for it will not be written soon.
    """
    before = list(session.screen.display)
    session.send(key)
    ends = ("✓", "! too fast", "✗", "nothing to undo", "! saving…", "saving…")[: 6 if held else 4]
    session.wait_for(lambda: session.screen.display != before and _line(session).startswith(ends))
    session.settle(0.02)
    return _line(session)


def _refused_aloud(session: TerminalSession, key: str) -> bool:
    """Whether the screen says that this key is not taken."""
    session.send(key)
    with contextlib.suppress(TimeoutError):
        session.wait_for(lambda: "not taken" in _line(session))
        return True
    return False


def _until_saved(session: TerminalSession) -> None:
    """Enter, where the screen says NOT SAVED; the key of before is saved then."""
    if "NOT SAVED" in _line(session):
        session.send("\r")
    session.wait_for(lambda: _line(session).startswith("✓ saved"), seconds=30)


def _says_so(line: str) -> bool:
    return line.startswith(("✗ NOT SAVED", "saving…", "! saving…"))


def _line(session: TerminalSession) -> str:
    """The line that says what was saved; where that failed, with the lines it goes on in."""
    rows = [row.strip() for row in session.screen.display[:23]]
    begins = next((at for at in (19, 20, 21) if "NOT SAVED" in rows[at]), 22)
    return " ".join(rows[begins:])


def _place(session: TerminalSession, screen: str) -> tuple[str, ...]:
    """What the screen is at: the answers' own words, and when rating the criterion in focus; empty before the paint."""
    text = "\n".join(session.screen.display)
    answers = re.findall(r"answer ([a-j]+) is the answer", text)
    focused = re.findall(r"▸ (\w+)", text) if screen == "rate" else []
    whole = len(answers) == 1 and len(focused) == 1 if screen == "rate" else len(answers) == 2
    return (*answers, *focused) if whole else ()


# --- the measurement ---


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--trials", type=int, default=1000)
    options.add_argument("--side-by-side", type=int, default=1, help="so many workspaces at once")
    given = options.parse_args()
    os.nice(10)
    began = time.perf_counter()
    size = -(-given.trials // given.side_by_side)
    shares = [range(first, min(first + size, given.trials)) for first in range(0, given.trials, size)]
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(len(shares)) as processes:
        done = list(processes.map(_share, [Path(folder) / f"{share.start}" for share in shares], shares))
    _report([trial for share in done for trial in share], time.perf_counter() - began)


def _share(folder: Path, numbers: range) -> list[Trial]:
    field_ = Field(folder, prompts=20 + 2 * len(numbers), small=True)
    print(f"small disk: {'a tmpfs' if field_.mounted else 'mounting is not permitted; a size limit instead'}")
    done = []
    try:
        for number in numbers:
            kind, screen = KINDS[number % len(KINDS)], SCREENS[number // len(KINDS) % len(SCREENS)]
            done.append(run(field_, kind, screen, number))
            if done[-1].faults or done[-1].remarks:
                print(number, done[-1], flush=True)
            if len(done) % 50 == 0:
                print(f"{len(done)} of {len(numbers)} from {numbers.start} on are done", flush=True)
    finally:
        field_.close()
    return done


def _report(trials: list[Trial], seconds: float) -> None:
    counted = [one.name for one in fields(Trial) if one.name in COUNTED]
    print(f"{'':<32}{'trials':>7}{'keys':>7}" + "".join(f"{name:>10}" for name in counted) + f"{'s each':>9}")
    of = Counter((trial.kind, trial.screen) for trial in trials)
    for kind, screen in sorted(of, key=lambda one: (KINDS.index(one[0]), one[1])):
        mine = [trial for trial in trials if (trial.kind, trial.screen) == (kind, screen)]
        sums = "".join(f"{sum(getattr(trial, name) for trial in mine):>10}" for name in counted)
        each = sum(trial.seconds for trial in mine) / len(mine)
        by_limit = kind == "small disk" and not all(trial.mounted for trial in mine)
        name = f"{kind}{' (size limit)' if by_limit else ''}, {screen}"
        print(f"{name:<32}{len(mine):>7}{sum(trial.keys for trial in mine):>7}{sums}{each:>9.1f}")
    faults = sum(trial.faults for trial in trials)
    print(f"{len(trials)} trials, {sum(trial.keys for trial in trials)} keys, {faults} faults, {seconds:.0f} s")


if __name__ == "__main__":
    main()

"""How fast the terminal is, through a pty, beside a peer measured in the same run.

    python tests/benchmarks/terminal.py [--quick]

Peers: a Textual app of ten lines for paint and keys, `python -c pass` for the command line. Times are in
milliseconds as a person's terminal would see them; the targets stand beside them, and nothing is asserted
but that the program did what it was asked to.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bulk_workspaces import with_judgments
from terminal_session import TerminalSession

BIN = Path(sys.executable).parent / "workbench"
MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    count = 0
    def compose(self): yield Static("count 0 ready")
    def key_x(self): self.count += 1; self.query_one(Static).update(f"count {self.count} ready")
Minimal().run()
"""


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--quick", action="store_true", help="fewer repetitions")
    quick = options.parse_args().quick
    repeats, keys, size = (5, 60, 20_000) if quick else (15, 300, 100_000)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        workspace = with_judgments(Path(folder) / "ws", size).root
        print(f"workspace with {_judgments(workspace):,} judgments made in {time.perf_counter() - began:.1f} s\n")
        command = [str(BIN), "--workspace", str(workspace)]
        _section_start(command, repeats, size)
        _section_status(command, repeats)
        _section_keys(command, workspace, keys)


def _section_start(command: list[str], repeats: int, size: int) -> None:
    ours = [first_paint(command, "rated 1-5") for _ in range(repeats)]
    peer = [first_paint([sys.executable, "-c", MINIMAL], "count 0 ready") for _ in range(repeats)]
    print(f"first paint of Home, {size:,} judgments      target <= 500 ms wall, <= 350 ms CPU")
    row("workbench, wall", [wall for wall, _ in ours])
    row("workbench, CPU", [cpu for _, cpu in ours])
    row("minimal app, wall", [wall for wall, _ in peer])
    row("minimal app, CPU", [cpu for _, cpu in peer])
    print(f"  ratio of the medians, wall: {_ratio([w for w, _ in ours], [w for w, _ in peer]):.2f}\n")


def _section_status(command: list[str], repeats: int) -> None:
    ours = [_run([*command, "status", "--json"]) for _ in range(repeats)]
    peer = [_run([sys.executable, "-c", "pass"]) for _ in range(repeats)]
    print("workbench status --json                   target <= 250 ms")
    row("workbench", ours)
    row("python -c pass", peer)
    print(f"  ratio of the medians: {_ratio(ours, peer):.1f}\n")


def _section_keys(command: list[str], workspace: Path, keys: int) -> None:
    paint, commit, size = rate_keys(command, workspace, keys)
    peer = _minimal_keys(keys)
    print("digit pressed to what it changed painted  target p50 <= 20 ms, p95 <= 50 ms")
    row("workbench", paint)
    row("minimal app", peer)
    print(f"  ratio of the medians: {_ratio(paint, peer):.2f}; bytes a key: {size:,.0f} (target <= 4,096)\n")
    print("digit pressed to durable commit seen by another process  target p99 <= 50 ms")
    row("workbench", commit)


def first_paint(command: list[str], text: str) -> tuple[float, float]:
    """(wall, CPU of the process) in milliseconds until `text` is on the screen."""
    session = TerminalSession(command, {})
    seen = session.wait_for(session.shows(text))
    cpu = _cpu_milliseconds(session.pid)
    session.kill()
    return (seen - session.started) * 1e3, cpu


def _cpu_milliseconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1e3 / os.sysconf("SC_CLK_TCK")


def rate_keys(command: list[str], workspace: Path, keys: int) -> tuple[list[float], list[float], float]:
    """Milliseconds from key to paint and from key to commit, and the bytes painted a key."""
    session = TerminalSession([*command, "rate", "--rater", "bench"], {})
    session.wait_for(session.shows("answer 1 of 2"))
    database = sqlite3.connect(workspace / "workbench.db", isolation_level=None)
    paint, commit, sizes = [], [], []
    for number in range(keys):
        session.settle(0.3)  # past the least exposure of 250 ms, so that the key counts
        events, before, sent_bytes = _judgments(workspace, database), list(session.screen.display), session.bytes
        sent = session.send("3")
        while _judgments(workspace, database) == events:
            time.sleep(0.0002)
        commit.append((time.perf_counter() - sent) * 1e3)
        paint.append((session.wait_for(_changed(session, before, number)) - sent) * 1e3)
        session.settle(0.05)
        sizes.append(session.bytes - sent_bytes)
    session.kill()
    return paint, commit, statistics.fmean(sizes)


def _changed(session: TerminalSession, before: list[str], number: int) -> Callable[[], bool]:
    """The next criterion is focused or, after the last one, the next answer's text is there."""
    rows = slice(3, 14) if number % 3 == 2 else slice(14, 23)
    return lambda: session.screen.display[rows] != before[rows]


def _minimal_keys(keys: int) -> list[float]:
    session = TerminalSession([sys.executable, "-c", MINIMAL], {})
    session.wait_for(session.shows("count 0 ready"))
    times = []
    for number in range(1, keys + 1):
        session.settle(0.05)
        sent = session.send("x")
        times.append((session.wait_for(session.shows(f"count {number} ready")) - sent) * 1e3)
    session.kill()
    return times


def _run(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return (time.perf_counter() - began) * 1e3


def _judgments(workspace: Path, database: sqlite3.Connection | None = None) -> int:
    connection = database or sqlite3.connect(workspace / "workbench.db")
    return int(connection.execute("SELECT MAX(id) FROM judgments").fetchone()[0] or 0)


def row(name: str, values: list[float]) -> None:
    cuts = statistics.quantiles(values, n=100)
    median = statistics.median(values)
    print(f"  {name:<20} p50 {median:7.1f}   p95 {cuts[94]:7.1f}   p99 {cuts[98]:7.1f}   n {len(values)}")


def _ratio(ours: list[float], peer: list[float]) -> float:
    return statistics.median(ours) / statistics.median(peer)


if __name__ == "__main__":
    main()

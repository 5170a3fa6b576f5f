"""One heavy job at a time on a machine, first come first served, whoever is killed: real processes and workers."""

from __future__ import annotations

import os
import random
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import running

from workbench.worker.turn import MachineTurn

LOOK_SECONDS = 0.02
WAITING = "waiting: another heavy job runs on this machine"
# Asks for the turn, says when it has it, and gives it back when it reads a line.
WAITER = f"""
import sys, time
from workbench.worker.turn import MachineTurn
for _ in sys.stdin:
    with MachineTurn() as turn:
        print("waits", flush=True)
        while not turn.take():
            time.sleep({LOOK_SECONDS})
        print("took", flush=True)
        sys.stdin.readline()
    print("gave", flush=True)
"""


class Waiter:
    """A process that takes turns when it is told to."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", WAITER]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def come(self) -> Waiter:
        """Stand in the line."""
        self._say()
        assert self.heard() == "waits"
        return self

    def give_back(self) -> None:
        self._say()
        assert self.heard() == "gave"

    def heard(self) -> str:
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def _say(self) -> None:
        self.process.stdin.write("\n")
        self.process.stdin.flush()


@pytest.fixture(autouse=True)
def machine(tmp_path_factory, monkeypatch) -> Path:
    """A machine of this test's own: the folder of its turn."""
    folder = tmp_path_factory.mktemp("machine")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)  # read anew from TMPDIR
    return folder


@pytest.fixture
def waiters() -> Iterator[list[Waiter]]:
    made = [Waiter() for _ in range(4)]
    yield made
    for one in made:
        one.kill()


def tickets(machine: Path) -> list[Path]:
    return sorted((machine / "workbench-heavy.waiting").glob("*.ticket"))


def took_first(ones: list[Waiter]) -> Waiter:
    """Which of them speaks first."""
    ready, _, _ = select.select([one.process.stdout for one in ones], [], [], running.PATIENCE)
    assert len(ready) == 1
    found = next(one for one in ones if one.process.stdout is ready[0])
    assert found.heard() == "took"
    return found


def test_who_came_first_goes_first_and_who_comes_again_goes_last(waiters):
    first, *others = waiters
    first.come()
    assert first.heard() == "took"
    for one in others:
        one.come()
    first.give_back()
    first.come()
    line = [*others, first]
    for wanted in line:
        found = took_first(line)
        assert found is wanted
        found.give_back()


def test_a_killed_holder_makes_way(waiters):
    holder, waiter = waiters[0].come(), waiters[1]
    assert holder.heard() == "took"
    waiter.come()
    holder.kill()
    assert waiter.heard() == "took"


def test_a_killed_waiter_blocks_nobody_and_its_ticket_goes(waiters, machine):
    holder, killed, behind = waiters[0].come(), waiters[1], waiters[2]
    assert holder.heard() == "took"
    killed.come()
    behind.come()
    assert len(tickets(machine)) == 2
    killed.kill()
    holder.give_back()
    assert behind.heard() == "took"
    assert tickets(machine) == []


def test_a_waiter_that_sleeps_is_passed_and_keeps_its_place(waiters, machine):
    holder, stopped, behind = waiters[0].come(), waiters[1], waiters[2]
    assert holder.heard() == "took"
    stopped.come()
    behind.come()
    os.kill(stopped.process.pid, signal.SIGSTOP)
    until_stopped(stopped)
    os.utime(tickets(machine)[0], (0, 0))  # it has not asked since 1970
    holder.give_back()
    assert behind.heard() == "took"
    os.kill(stopped.process.pid, signal.SIGCONT)
    behind.give_back()
    assert stopped.heard() == "took"


def until_stopped(one: Waiter) -> None:
    while psutil.Process(one.process.pid).status() != psutil.STATUS_STOPPED:
        time.sleep(LOOK_SECONDS)


def test_whoever_is_killed_at_any_moment_somebody_takes_the_turn(machine):
    """Ten processes at once, each killed at a moment drawn by chance; the eleventh finds the machine free."""
    rng = random.Random(0)
    crowd = [Waiter() for _ in range(10)]
    for one in crowd:
        one._say()
    for one in rng.sample(crowd, len(crowd)):
        time.sleep(rng.random() * 0.1)
        one.kill()
    with MachineTurn() as turn:
        assert turn.take()
    assert tickets(machine) == []


def test_every_user_of_the_machine_takes_turns(machine):
    with MachineTurn() as first, MachineTurn() as second:
        assert (first.take(), second.ahead(), second.take()) == (True, 0, False)
        assert [stat.S_IMODE(one.stat().st_mode) for one in tickets(machine)] == [0o644]
    assert stat.S_IMODE((machine / "workbench-heavy.lock").stat().st_mode) == 0o666
    assert stat.S_IMODE((machine / "workbench-heavy.waiting").stat().st_mode) == 0o777


@pytest.mark.usefixtures("ended")
def test_a_workspace_with_a_queue_lets_the_other_one_go_between(store, tmp_path):
    with running.other(tmp_path / "second") as other:
        with running.busy_machine():
            first, second = running.doomed(store), running.doomed(store)
            running.until(store, first.id, lambda job: job.message == WAITING)
            lone = running.doomed(other)
            place = f"{WAITING} (1 more in line before this one)"
            running.until(other, lone.id, lambda job: job.message == place)
        ended = [running.until(of, job.id, lambda job: job.ended)
                 for of, job in ((store, first), (other, lone), (store, second))]  # fmt: skip
    assert [job.finished_at for job in ended] == sorted(job.finished_at for job in ended)

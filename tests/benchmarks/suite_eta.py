"""The time that a suite, or a task, is said to need still, at 10 to 90 % of the way, beside what it needed.

    python tests/benchmarks/suite_eta.py [--model tiny] [--suite core | --task TASK [--folder DIR]] [--limit 40]

Of the way: of the time that the job took from its first batch to its end, known afterwards. A job in a worker of its
own is looked at five times a second, as a terminal does. Prints the largest miss between a tenth and nine tenths, and
of the last tenth how many seconds it was off; nothing is asserted about time.

Where others keep the cores busy unevenly, the truth changes under way. So each miss is told in CPU time of the worker
too: what was said, at the share of the cores that it had had until then, beside what it still used.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "worker"))
import running

from workbench.store import Store, jobs
from workbench.views.jobs import row

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True)
class Look:
    """`at` and `said` in seconds since the job was queued and until its end; `cpu`: what the worker has used so far."""

    at: float
    cpu: float
    said: float
    done: int
    total: int


@dataclass(frozen=True)
class Watched:
    looks: Sequence[Look]
    end: float
    cpu: float

    def share(self, look: Look) -> float:
        """Of the way."""
        return (look.at - self.looks[0].at) / (self.end - self.looks[0].at)

    def miss(self, look: Look) -> float:
        """By how much of the truth the said time is off."""
        return look.said / (self.end - look.at) - 1

    def cpu_miss(self, look: Look) -> float:
        first = self.looks[0]
        rate = (look.cpu - first.cpu) / (look.at - first.at)
        return look.said * rate / (self.cpu - look.cpu) - 1

    def middle(self) -> list[Look]:
        return [look for look in self.looks if 0.1 <= self.share(look) <= 0.9]


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--model", default="tiny")
    options.add_argument("--suite", default="core")
    options.add_argument("--task", help="one task instead of a suite")
    options.add_argument("--folder", help="where the data of a YAML file lie")
    options.add_argument("--limit", type=int, default=40, help="items of each task")
    given = options.parse_args()
    asked = {"task": given.task, "folder": given.folder} if given.task else {"suite": given.suite}
    with tempfile.TemporaryDirectory() as folder, running.other(Path(folder) / "workspace") as store:
        job = running.submit(store, "bench", model=given.model, limit=given.limit, **asked)
        found = watched(store, job.id)
    first, last = found.looks[0], found.looks[-1]
    seconds, cpu = found.end - first.at, found.cpu - first.cpu
    named = given.task or given.suite
    print(f"{named} on {given.model}, {last.total:,} requests in {seconds:.1f} s, {cpu:.1f} s of CPU time\n")
    print(f"{'of the way':>10}{'requests':>10}{'said':>9}{'was':>9}{'miss':>8}{'in CPU':>8}   evenly by requests")
    for share in SHARES:
        told(found, share)
    print(f"\nlargest miss between a tenth and nine tenths: {largest(found, found.miss)}")
    print(f"in CPU time: {largest(found, found.cpu_miss)}")
    late = max((abs(found.end - look.at - look.said) for look in found.looks if found.share(look) > 0.9), default=0.0)
    print(f"in the last tenth at most {late:.1f} s off")
    return 0


def watched(store: Store, job_id: int) -> Watched:
    """What was said while it ran, and when it ended."""
    start, looks, cpu = time.monotonic(), list[Look](), 0.0
    while not (job := jobs.by_id(store, job_id)).ended:
        now = row(store, job)
        cpu = used(job.pid, cpu)
        if now.eta is not None and now.done < now.total:
            looks.append(Look(time.monotonic() - start, cpu, now.eta, now.done, now.total))
        time.sleep(0.2)
    if job.state != "done" or len(looks) < len(SHARES):
        sys.exit(f"The job ended as {job.state}: {job.error or 'too quick to be looked at'}")
    return Watched(looks, time.monotonic() - start, used(job.pid, cpu))


def used(pid: int | None, before: float) -> float:
    """CPU seconds of a process so far; `before` where it is not there (any more)."""
    try:
        times = psutil.Process(pid).cpu_times() if pid else None
    except psutil.NoSuchProcess:
        times = None
    return times.user + times.system if times else before


def told(found: Watched, share: float) -> None:
    look = min(found.middle(), key=lambda one: abs(found.share(one) - share))
    passed = look.at - found.looks[0].at
    even = passed * (look.total - look.done) / look.done if look.done else 0.0
    print(
        f"{share:>10.0%}{look.done / look.total:>10.0%}{look.said:>8.1f}s{found.end - look.at:>8.1f}s"
        f"{found.miss(look):>+8.0%}{found.cpu_miss(look):>+8.0%}   {even:.1f}s"
    )


def largest(found: Watched, missed: Callable[[Look], float]) -> str:
    """With the median, and where on the way it was."""
    misses = [(abs(missed(look)), look) for look in found.middle()]
    worst, look = max(misses, key=lambda one: one[0])
    within = sum(miss <= 0.2 for miss, _ in misses) / len(misses)
    median = statistics.median(miss for miss, _ in misses)
    return (
        f"{worst:.0%}, at {found.share(look):.0%} of the way; median {median:.0%}; within 20 % at {within:.0%} of looks"
    )


if __name__ == "__main__":
    sys.exit(main())

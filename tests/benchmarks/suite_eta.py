"""The time that a suite is said to need still, at 10, 25 and 50 % of the way, beside what it needed.

    python tests/benchmarks/suite_eta.py [--model tiny] [--suite core] [--limit 40]

Of the way: of the time that the job took from its first batch to its end, known afterwards. A job in a worker of its
own is looked at five times a second, as a terminal does. Prints the largest miss between a tenth and the last tenth;
nothing is asserted about time. Where others keep the cores busy unevenly, the truth changes under way.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "worker"))
import running

from workbench.store import Store, jobs
from workbench.views.jobs import row

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
Look = tuple[float, float, int, int]  # seconds since the job was queued, seconds said to be left, done, total


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--model", default="tiny")
    options.add_argument("--suite", default="core")
    options.add_argument("--limit", type=int, default=40, help="items of each task")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, running.other(Path(folder) / "workspace") as store:
        job = running.submit(store, "bench", model=given.model, suite=given.suite, limit=given.limit)
        looks, end = watched(store, job.id)
    began = looks[0][0]
    print(f"{given.suite} on {given.model}, {looks[-1][3]:,} requests in {end - began:.1f} s\n")
    print(f"{'of the way':>10}{'requests':>10}{'said':>9}{'was':>9}{'miss':>8}   evenly by requests")
    for share in SHARES:
        told(looks, began, end, share)
    middle = [abs(miss(look, end)) for look in looks if 0.1 <= (look[0] - began) / (end - began) <= 0.9]
    print(f"\nlargest miss between a tenth and nine tenths: {max(middle):.0%}; median {statistics.median(middle):.0%}")
    return 0


def watched(store: Store, job_id: int) -> tuple[list[Look], float]:
    """What was said while it ran, and when it ended."""
    start, looks = time.monotonic(), []
    while not (job := jobs.by_id(store, job_id)).ended:
        now = row(store, job)
        if now.eta is not None and now.done < now.total:
            looks.append((time.monotonic() - start, now.eta, now.done, now.total))
        time.sleep(0.2)
    if job.state != "done" or not looks:
        sys.exit(f"The suite ended as {job.state}: {job.error or 'too quick to be looked at'}")
    return looks, time.monotonic() - start


def told(looks: list[Look], began: float, end: float, share: float) -> None:
    at = began + share * (end - began)
    look = min(looks, key=lambda one: abs(one[0] - at))
    seconds, said, done, total = look
    even = (seconds - began) * (total - done) / done if done else 0.0
    print(
        f"{share:>10.0%}{done / total:>10.0%}{said:>8.1f}s{end - seconds:>8.1f}s{miss(look, end):>+8.0%}   {even:.1f}s"
    )


def miss(look: Look, end: float) -> float:
    """By how much of the truth the said time is off."""
    seconds, said, _, _ = look
    return said / (end - seconds) - 1


if __name__ == "__main__":
    sys.exit(main())

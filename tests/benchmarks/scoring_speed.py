"""How fast log-likelihoods are scored, beside lm-eval's HF backend at its best batch size in the same run.

    WORKBENCH_FIELD_DATA=FOLDER python tests/benchmarks/scoring_speed.py [--quick] [--items 200] [SECTION ...]

`smollm2` in float32, the same weights, threads and requests for both, encoding included. The floor is the number of
distinct tokens in the prefix tree of all requests. Times are printed beside their targets and never asserted; exits 1
if a result differs by more than 1e-3 nats or more than 1.05 of the floor is computed. CPU time is what to read
where others keep the cores busy. Peak memory is what the process held more than before (Linux).
"""

from __future__ import annotations

import argparse
import gc
import logging
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import field_tasks
from lm_eval_parity import ask_lm_eval, ask_model, lm_eval_backend, parity

from workbench.models import catalog, hf
from workbench.models.hf import HFModel
from workbench.models.machine import Busy, Settings
from workbench.models.prefix_tree import Tree, computed_tokens, plan_packs
from workbench.models.scoring import encode_pairs
from workbench.records import LogLikelihood
from workbench.workspace import model_cache

TOLERANCE = 1e-3
FLOOR = 1.05
BATCH_SIZES = (1, 2, 4, 8, 16)
SECTIONS: dict[str, tuple[Callable[[], list[field_tasks.Item]], float]] = {  # name -> items, target
    "openbookqa": (field_tasks.openbookqa, 3.0),
    "piqa": (field_tasks.piqa, 1.6),
    "boolq": (field_tasks.boolq, 1.2),
    "fixed-shots": (field_tasks.fixed_shots, 12.0),
    "drawn-shots": (field_tasks.drawn_shots, 3.0),
}
Requests = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds by the clock and of this process, and peak megabytes above what was held before."""

    wall: float
    cpu: float
    peak: float
    found: list[LogLikelihood]


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--quick", action="store_true", help="40 items a section, once")
    options.add_argument("--items", type=int, default=200, help="of each section")
    options.add_argument("--repeats", type=int, default=3)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}; none: all")
    given = options.parse_args()
    items, repeats = (40, 1) if given.quick else (given.items, given.repeats)
    logging.getLogger("lm_eval").setLevel(logging.ERROR)  # it warns of a model that is loaded already
    folder = catalog.pull("smollm2", model_cache(), lambda done, total, what: None)
    model = hf.load(folder, Settings(threads=given.threads))
    began = time.perf_counter()
    print(
        f"smollm2, float32, {given.threads} threads; scored over: {model.scoring}, found by the parity check in", end=""
    )
    print(f" {time.perf_counter() - began:.1f} s\n")
    names = given.sections or list(SECTIONS)
    right = [_section(model, name, items, repeats) for name in names]
    return 0 if all(right) else 1


def _section(model: HFModel, name: str, count: int, repeats: int) -> bool:
    made, target = SECTIONS[name]
    items = made()[:count]
    requests = [pair for item in items for pair in item.pairs]
    batch = _best_batch(model, [pair for item in items[: count // 8] for pair in item.pairs])
    backend = lm_eval_backend(model, batch)
    busy = Busy()
    runs = [
        (_measured(lambda: ask_model(model, requests)), _measured(lambda: ask_lm_eval(backend, requests)))
        for _ in range(repeats)
    ]
    wall, cpu = _ratio(runs, "wall"), _ratio(runs, "cpu")
    difference = parity(runs[0][0].found, runs[0][1].found).difference
    print(f"{name}, {len(requests)} requests of {len(items)} items    target >= {target} times lm-eval")
    print(f"  {wall:.2f} times by the clock, {cpu:.2f} in CPU time; lm-eval's best batch size is {batch};", end="")
    print(f" others kept {busy.cores():.1f} cores busy")
    for title, what in (("seconds", "wall"), ("CPU seconds", "cpu"), ("peak MB", "peak")):
        print(f"  {title:<15} {_each(runs, what)}")
    share = _tokens(model, requests)
    print(f"  largest difference {difference:.1e} nats\n", flush=True)
    return difference <= TOLERANCE and share <= FLOOR


def _best_batch(model: HFModel, requests: Requests) -> int:
    """lm-eval's fastest batch size on a part of the requests."""
    times = {}
    for size in BATCH_SIZES:
        backend = lm_eval_backend(model, size)
        times[size] = _measured(partial(ask_lm_eval, backend, requests)).cpu
    return min(times, key=lambda size: times[size])


def _measured(ask: Callable[[], list[LogLikelihood]]) -> Measured:
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from now on, see proc(5)
    before, began, used = _status("VmRSS"), time.perf_counter(), time.process_time()
    found = ask()
    wall, cpu = time.perf_counter() - began, time.process_time() - used
    return Measured(wall, cpu, _status("VmHWM") - before, found)


def _ratio(runs: list[tuple[Measured, Measured]], what: str) -> float:
    return float(statistics.median(getattr(theirs, what) / getattr(ours, what) for ours, theirs in runs))


def _status(name: str) -> float:
    """Megabytes of this process, from /proc."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def _each(runs: list[tuple[Measured, Measured]], what: str) -> str:
    ours = statistics.median(getattr(run[0], what) for run in runs)
    theirs = statistics.median(getattr(run[1], what) for run in runs)
    return f"workbench {ours:8.1f}   lm-eval {theirs:8.1f}   (medians of {len(runs)})"


def _tokens(model: HFModel, requests: Requests) -> float:
    """Prints the tokens computed; the share over the floor."""
    inputs = [span.inputs(model.max_length) for span in encode_pairs(model.tokenizer, requests)]
    floor, naive = Tree(inputs).nodes, sum(map(len, inputs))
    computed = computed_tokens(plan_packs(inputs, model.settings.scoring_budget))
    print(f"  tokens          workbench {computed:8,}   row by row {naive:8,}   floor {floor:,}", end="")
    print(f"   {computed / floor:.3f} of the floor (target <= {FLOOR}); {naive / computed:.1f} times fewer")
    return computed / floor


if __name__ == "__main__":
    sys.exit(main())

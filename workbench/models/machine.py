"""How to compute on this machine: device, dtype and threads, chosen from a short measurement that is kept.

Guessing is wrong by factors: bfloat16 doubles the speed on one processor and halves it on another, and on a
machine with busy cores two torch threads can be ten times slower than one (they wait for each other spinning).
Reading and choosing are light; `current` measures when there is nothing to read, and only that loads torch.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM

Device = Literal["cpu", "cuda", "server"]
Dtype = Literal["float32", "bfloat16", "unknown"]

FILE = "machine.json"
GAIN = 1.3  # how much faster bfloat16 must be before it is worth its coarser numbers
ROWS, PROMPT, STEPS = 16, 32, 8  # the measured batch: rows, tokens read a row, tokens drawn a row
QUIET = 0.3  # busy cores up to which a measurement counts as undisturbed


@dataclass(frozen=True, slots=True)
class Settings:
    """All that results depend on beside the model: a job fixes it when it starts and keeps it when it resumes.

    Budgets are tokens a forward pass: padded ones of a batch (see batching), those of a pack when scoring over
    the prefix tree. Scoring needs logits for many of its tokens and so gets less room than generation, which needs
    them for the last one only: 384 took up to 6 % less time than 512 on five kinds of tasks (SmolLM2-135M, one CPU
    thread) and a fourth less memory. `max_rows` is for padded batches.
    """

    device: Device = "cpu"
    dtype: Dtype = "float32"
    threads: int = 1
    generation_budget: int = 8192
    scoring_budget: int = 384
    max_rows: int = 16

    def in_float32(self) -> Settings:
        """For log-likelihoods and training, where digits matter more than speed."""
        return replace(self, dtype="float32")


SERVED = Settings("server", "unknown")  # a served model computes elsewhere, in a precision that nobody tells


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second of a 32-million-parameter model at batch 16: read (`prefill`) and drawn (`decode`)."""

    dtype: Dtype
    threads: int
    prefill: float
    decode: float

    @property
    def answers(self) -> float:
        """Drawn tokens a second where a prompt is as long as its answer."""
        return 1 / (1 / self.prefill + 1 / self.decode)


@dataclass(frozen=True, slots=True)
class Machine:
    """A measurement. `gpu` is None without one, and then `speeds` holds each pair of dtype and threads tried.

    `busy` is how many cores others kept busy meanwhile.
    """

    host: str
    cpus: int
    torch: str
    gpu: str | None
    gpu_bfloat16: bool
    busy: float
    measured_at: str
    speeds: tuple[Speed, ...]

    def speed(self, dtype: Dtype, threads: int) -> Speed:
        return next(speed for speed in self.speeds if (speed.dtype, speed.threads) == (dtype, threads))


def choose(machine: Machine, busy: float) -> Settings:
    """Settings for generation while `busy` cores are taken by others: on a CPU no more threads than are free."""
    if machine.gpu:
        dtype: Dtype = "bfloat16" if machine.gpu_bfloat16 else "float32"
        return Settings("cuda", dtype, 1, generation_budget=131_072, scoring_budget=8192, max_rows=256)
    free = max(1, machine.cpus - round(busy))
    usable = [speed for speed in machine.speeds if speed.dtype == "float32" and speed.threads <= free]
    exact = max(usable, key=lambda speed: speed.answers)
    coarse = machine.speed("bfloat16", exact.threads)
    return Settings("cpu", "bfloat16" if coarse.answers >= GAIN * exact.answers else "float32", exact.threads)


def read(cache: Path) -> Machine | None:
    """The kept measurement of this host; None if there is none, or it was made with other cores or another torch."""
    record = _records(cache).get(platform.node())
    if record is None or (record["cpus"], record["torch"]) != (cpus(), version("torch")):
        return None
    return Machine(**{**record, "speeds": tuple(Speed(**speed) for speed in record["speeds"])})


def write(cache: Path, machine: Machine) -> None:
    """Keep a measurement, beside those of other hosts that share this cache."""
    records = _records(cache) | {machine.host: asdict(machine)}
    cache.mkdir(parents=True, exist_ok=True)
    part = cache / f"{FILE}.{os.getpid()}.part"
    part.write_text(json.dumps(records, indent=1))
    part.replace(cache / FILE)


def _records(cache: Path) -> dict[str, Any]:
    path = cache / FILE
    return dict(json.loads(path.read_text())) if path.is_file() else {}


def cpus() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


class Busy:
    """Counts the cores that other processes keep at work, from its making on, among those this one may use.

    Where /proc is missing it tells the load average of the last minute instead.
    """

    def __init__(self) -> None:
        self._ticks = _ticks() if sys.platform == "linux" else {}
        self._start, self._own = time.perf_counter(), time.process_time()

    def cores(self) -> float:
        """0.0 .. the number of cores; what this process itself used is taken off."""
        if sys.platform != "linux":
            return os.getloadavg()[0]
        own = (time.process_time() - self._own) / (time.perf_counter() - self._start)
        shares = 0.0
        for core, (busy, total) in _ticks().items():
            earlier_busy, earlier_total = self._ticks[core]
            shares += (busy - earlier_busy) / max(1, total - earlier_total)
        return max(0.0, shares - own)


def busy_cores(seconds: float = 0.25) -> float:
    """Cores that others keep busy right now, looked at over `seconds`."""
    busy = Busy()
    time.sleep(seconds)
    return busy.cores()


def _ticks() -> dict[int, tuple[int, int]]:
    """(busy, all) clock ticks since boot of each usable core, from /proc/stat (see proc(5))."""
    allowed = os.sched_getaffinity(0)
    ticks = {}
    for line in Path("/proc/stat").read_text().splitlines():
        name, *fields = line.split()
        if name.startswith("cpu") and name[3:].isdigit() and int(name[3:]) in allowed:
            counts = [int(field) for field in fields[:8]]  # user nice system idle iowait irq softirq steal
            ticks[int(name[3:])] = (sum(counts) - counts[3] - counts[4], sum(counts))
    return ticks


def current(cache: Path) -> Machine:
    """The measurement of this machine as it is now; a few seconds the first time.

    Made again when the GPU came or went, and when the kept one was disturbed by busy cores that are free now.
    """
    import torch

    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    kept = read(cache)
    disturbed = kept is not None and kept.busy > QUIET and busy_cores() <= QUIET
    if kept is not None and kept.gpu == gpu and not disturbed:
        return kept
    busy = Busy()
    speeds = () if gpu else measure()
    machine = Machine(
        host=platform.node(),
        cpus=cpus(),
        torch=version("torch"),
        gpu=gpu,
        gpu_bfloat16=gpu is not None and torch.cuda.is_bf16_supported(including_emulation=False),
        busy=round(busy.cores(), 2),
        measured_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        speeds=speeds,
    )
    write(cache, machine)
    return machine


def measure() -> tuple[Speed, ...]:
    """Each dtype with 1, 2, 4 ... threads up to the number of cores; about 4 s on two cores."""
    import torch

    kept = torch.get_num_threads()
    speeds: list[Speed] = []
    for dtype in ("float32", "bfloat16"):
        model = _probe(dtype)
        speeds += [_speed(model, dtype, threads) for threads in _thread_counts(cpus())]
    torch.set_num_threads(kept)
    return tuple(speeds)


def _thread_counts(cores: int) -> list[int]:
    """Powers of two below the number of cores, and that number: 6 -> 1, 2, 4, 6."""
    return [count for count in (2**power for power in range(cores.bit_length())) if count < cores] + [cores]


def _probe(dtype: Dtype) -> LlamaForCausalLM:
    """A model of 32 million random parameters, too large for most caches, like a real one."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    shape = LlamaConfig(
        vocab_size=16_384,
        hidden_size=512,
        intermediate_size=1408,
        num_hidden_layers=8,
        num_attention_heads=8,
        num_key_value_heads=4,
        tie_word_embeddings=True,
    )
    model: LlamaForCausalLM = LlamaForCausalLM(shape).to(getattr(torch, dtype)).eval()
    return model


def _speed(model: LlamaForCausalLM, dtype: Dtype, threads: int) -> Speed:
    """One reading and the median of the drawing steps: a burst of others' work does not count as slowness."""
    import torch

    torch.set_num_threads(threads)
    prompt = torch.ones(ROWS, PROMPT, dtype=torch.long)
    marks = []
    with torch.inference_mode():
        model(input_ids=prompt[:, :2], logits_to_keep=1)  # the first call pays for setting up
        start = time.perf_counter()
        cache = model(input_ids=prompt, use_cache=True, logits_to_keep=1).past_key_values
        marks.append(time.perf_counter())
        for _ in range(STEPS):
            model(input_ids=prompt[:, :1], past_key_values=cache, use_cache=True)
            marks.append(time.perf_counter())
    step = median(later - earlier for earlier, later in pairwise(marks))
    return Speed(dtype, threads, round(ROWS * PROMPT / (marks[0] - start), 1), round(ROWS / step, 1))

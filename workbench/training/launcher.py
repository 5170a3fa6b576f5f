"""A training in several processes: started through `accelerate launch` with the user's own configuration, and watched.

The configuration says how many processes on which devices and machines, and whether with FSDP or DeepSpeed. What is
trained, and how it goes, passes through files in the job's folder. Light: torch is in the other processes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import psutil

from workbench import errors
from workbench.errors import JobError, WorkbenchError
from workbench.training.settings import TrainSettings
from workbench.training.watch import Watch

REQUEST, TOLD, CANCEL, END, ANSWER = "launch.json", "told.jsonl", "cancel", "end", "answer.json"
_POLL_SECONDS = 0.2
_LEAVING_SECONDS = 10.0


def run(
    trainer: str,
    settings: TrainSettings,
    base: Path,
    rows: Sequence[Any],
    folder: Path,
    watch: Watch,
    *,
    saved: Path,
    config: Path | None,
    eval_rows: Sequence[Any] = (),
) -> dict[str, Any]:
    """The outcome of `trainer`.run (see run.Outcome) as JSON, with `processes`: how many there were.

    trainer: sft, dpo, kto or domain; config: accelerate's file, None: the user's default one. A batch is one process's,
    so the effective size grows with their number. Raises what the trainer does, and JobError where it does not start.
    """
    me = psutil.Process()
    folder.mkdir(parents=True, exist_ok=True)
    _catch_up(folder / TOLD, watch)
    for name in (TOLD, CANCEL, END, ANSWER):
        (folder / name).unlink(missing_ok=True)
    request = {
        "trainer": trainer, "settings": asdict(settings), "base": str(base), "rows": list(rows), "saved": str(saved),
        "eval_rows": list(eval_rows), "pid": me.pid, "pid_started": me.create_time(),
    }  # fmt: skip
    (folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")
    process = subprocess.Popen(_command(folder, config), stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        _follow(process, folder, watch)
    finally:
        _end(process)
    return _answer(folder, process.returncode)


def _catch_up(told: Path, watch: Watch) -> None:
    """Pass on the numbers that were told after the worker of an earlier attempt was killed: their steps may be in the
    checkpoint that this one goes on from.
    """
    if told.exists():
        with told.open(encoding="utf-8") as lines:
            for line in _lines(lines):
                if "metrics" in line:
                    watch.metrics(*line["metrics"])


def _command(folder: Path, config: Path | None) -> list[str]:
    given = ["--config_file", str(config)] if config else []
    accelerate = [sys.executable, "-P", "-m", "accelerate.commands.launch", *given]
    return [*accelerate, "--module", "workbench.training.launched", str(folder)]


def _follow(process: subprocess.Popen[bytes], folder: Path, watch: Watch) -> None:
    """Pass on what is told until the processes have ended; ask them to stop, or to end well, where `watch` wants it."""
    told: IO[str] | None = None
    while True:
        ended = process.poll() is not None
        if told is None and (folder / TOLD).exists():
            told = (folder / TOLD).open(encoding="utf-8")
        for line in _lines(told):
            if "metrics" in line:
                watch.metrics(*line["metrics"])
            else:
                watch.progress(*line["progress"])
        if ended:
            return
        if watch.cancelled():
            (folder / CANCEL).touch()
        if watch.ending():
            (folder / END).touch()
        time.sleep(_POLL_SECONDS)


def _lines(told: IO[str] | None) -> Iterator[dict[str, Any]]:
    """The whole lines that came since."""
    while told is not None:
        place = told.tell()
        line = told.readline()
        if not line.endswith("\n"):
            told.seek(place)
            return
        yield json.loads(line)


def _answer(folder: Path, code: int) -> dict[str, Any]:
    file = folder / ANSWER
    if not file.is_file():
        raise JobError(
            f"The processes that accelerate started ended with code {code} and no result.",
            "Their output is in the job's log. Does `accelerate test` work with this configuration?",
        )
    answer: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if "error" in answer:
        kind, message, hint = answer["error"]
        raise _KINDS.get(kind, WorkbenchError)(message, hint)
    outcome: dict[str, Any] = answer["outcome"]
    return outcome


_NAMED = (errors.UnknownName, errors.UnknownNumber)  # made of something else than a message and a hint
_KINDS: dict[str, type[WorkbenchError]] = {
    one.__name__: one
    for one in vars(errors).values()
    if isinstance(one, type) and issubclass(one, WorkbenchError) and one not in _NAMED
}


def _end(process: subprocess.Popen[bytes]) -> None:
    """However this ends, no process of it stays: accelerate ends its own when it is told to."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_LEAVING_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()

"""One process of several that train together: `accelerate launch -m workbench.training.launched FOLDER`.

What to train stands in FOLDER (see `launcher`); the first process tells how it goes in there, and saves the model.
Whoever asked for it may be killed: then every process ends too, and a resumed job starts anew from the checkpoints.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import psutil
import torch
from accelerate import PartialState

from workbench import registry
from workbench.errors import Cancelled, WorkbenchError
from workbench.training import checkpoints, launcher
from workbench.training.settings import BY_TRAINER, TrainSettings

_WATCH_SECONDS = 0.5


class SharedWatch:
    """The Watch of all processes: the first one tells, and decides for all of them whether to stop."""

    def __init__(self, folder: Path, state: PartialState) -> None:
        self._folder = folder
        self._state = state
        self._told: IO[str] | None = None
        if state.is_main_process:
            self._told = (folder / launcher.TOLD).open("a", encoding="utf-8")

    def progress(self, done: int, total: int, message: str = "") -> None:
        self._tell({"progress": [done, total, message]})

    def metrics(self, step: int, values: dict[str, float]) -> None:
        self._tell({"metrics": [step, values]})

    def cancelled(self) -> bool:
        """The same answer in every process, asked by all of them at the same step."""
        return self._asked(launcher.CANCEL)

    def ending(self) -> bool:
        """As `cancelled`."""
        return self._asked(launcher.END)

    def _asked(self, file: str) -> bool:
        asked = [(self._folder / file).exists()]
        if self._state.num_processes > 1:
            torch.distributed.broadcast_object_list(asked, src=0)
        return asked[0]

    def _tell(self, line: dict[str, Any]) -> None:
        if self._told is not None:
            self._told.write(json.dumps(line) + "\n")
            self._told.flush()


def main(folder: Path) -> int:
    request = json.loads((folder / launcher.REQUEST).read_text(encoding="utf-8"))
    _end_with(request["pid"], request["pid_started"])
    settings = restored(request["trainer"], request["settings"])
    if settings.device == "cuda":
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    state = PartialState(cpu=settings.device == "cpu")
    try:
        with state.main_process_first():  # which removes what is not whole before any other looks
            checkpoints.newest(folder / "checkpoints")
        trainer = registry.get("workbench.training", request["trainer"], "trainer")
        outcome = trainer.run(
            settings, Path(request["base"]), request["rows"], folder, SharedWatch(folder, state),
            saved=Path(request["saved"]), eval_rows=request["eval_rows"],
        )  # fmt: skip
    except WorkbenchError as error:
        _answer(folder, {"error": [type(error).__name__, error.message, error.hint]})
        # All of them are cancelled at one step; of what else one tells, the others may not know, and wait for it.
        return 0 if isinstance(error, Cancelled) else 1
    if state.is_main_process:
        _answer(folder, {"outcome": {**asdict(outcome), "processes": state.num_processes}})
    return 0


def restored(trainer: str, values: dict[str, Any]) -> TrainSettings:
    """Settings as they were before they were JSON, which has no tuples."""
    given: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in values.items()}
    return BY_TRAINER[trainer](**given)


def _answer(folder: Path, answer: dict[str, Any]) -> None:
    part = folder / f"{launcher.ANSWER}.{os.getpid()}.part"
    part.write_text(json.dumps(answer, default=str), encoding="utf-8")
    part.rename(folder / launcher.ANSWER)


def _end_with(pid: int, started: float) -> None:
    """A thread that ends this process once the one that asked for the training is gone."""

    def watch() -> None:
        while _alive(pid, started):
            time.sleep(_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="watch over the worker", daemon=True).start()


def _alive(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        return bool(abs(process.create_time() - started) < 1 and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

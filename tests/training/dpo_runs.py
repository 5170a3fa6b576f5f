"""A small DPO run that the tests share; as a script it runs it in a process of its own, to be killed.

python dpo_runs.py BASE FOLDER step N          SIGKILL to itself when step N is reported
python dpo_runs.py BASE FOLDER checkpoint N    SIGKILL as soon as the checkpoint of step N begins to appear
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from workbench.training.pair_rows import PairRow
from workbench.training.settings import DPOSettings

# 8 pairs, 2 a batch, 2 batches a step, 4 epochs: 8 steps. Dropout makes the losses depend on the random state too.
SETTINGS = DPOSettings(
    learning_rate=1e-2,
    num_train_epochs=4,
    per_device_train_batch_size=2,
    gradient_accumulation_steps=2,
    peft={"lora_dropout": 0.1},
    save_steps=2,
)


def pair(question: str, chosen: str, rejected: str) -> PairRow:
    return PairRow(
        prompt=[{"role": "user", "content": question}],
        chosen=[{"role": "assistant", "content": chosen}],
        rejected=[{"role": "assistant", "content": rejected}],
    )


def eight_pairs() -> list[PairRow]:
    return [pair(f"How many are {n} and {n}?", f"They are {2 * n}.", f"Nobody knows {n}!") for n in range(8)]


class Recorder:
    """A Watch that remembers; `at_step` is called with each reported step.

    `stop_after` asks to cancel after that step, `end_after` to end well.
    """

    def __init__(
        self,
        at_step: Callable[[int], None] | None = None,
        stop_after: int | None = None,
        end_after: int | None = None,
    ) -> None:
        self.steps: dict[int, dict[str, float]] = {}
        self.foretold: dict[str, float] = {}  # before the first step
        self.progressed: list[tuple[int, int]] = []
        self._at_step = at_step
        self._stop_after = stop_after
        self._end_after = end_after

    def progress(self, done: int, total: int, message: str = "") -> None:
        self.progressed.append((done, total))

    def metrics(self, step: int, values: dict[str, float]) -> None:
        if "estimate/seconds" in values:
            self.foretold = values
            return
        self.steps[step] = values
        if self._at_step is not None:
            self._at_step(step)

    def cancelled(self) -> bool:
        return self._stop_after is not None and self.progressed[-1][0] >= self._stop_after

    def ending(self) -> bool:
        return self._end_after is not None and self.progressed[-1][0] >= self._end_after

    def losses(self) -> dict[int, float]:
        """To the 4 decimals that a resumed run promises."""
        return {step: round(values["loss"], 4) for step, values in self.steps.items()}


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _kill_when_there(folder: Path) -> None:
    while not folder.exists():
        pass
    _kill()


def main(base: Path, folder: Path, when: str, step: int) -> None:
    from workbench.training import dpo

    if when == "checkpoint":
        checkpoint = folder / "checkpoints" / f"checkpoint-{step}"
        threading.Thread(target=_kill_when_there, args=(checkpoint,), daemon=True).start()
    recorder = Recorder(lambda seen: _kill() if when == "step" and seen == step else None)
    dpo.run(SETTINGS, base, eight_pairs(), folder, recorder, saved=folder / "merged")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))

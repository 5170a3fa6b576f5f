"""A small SFT run that the tests share; as a script it runs it in a process that kills itself.

python sft_runs.py BASE FOLDER N [METHOD]    SIGKILL to itself when step N is reported
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from dpo_runs import Recorder

from workbench.training.completion_rows import CompletionRow
from workbench.training.settings import SFTSettings

# 8 rows, 2 a batch, 2 batches a step, 4 epochs: 8 steps. Dropout makes the losses depend on the random state too.
SETTINGS = SFTSettings(
    learning_rate=1e-2,
    num_train_epochs=4,
    per_device_train_batch_size=2,
    gradient_accumulation_steps=2,
    peft={"lora_dropout": 0.1},
    save_steps=2,
)


def example(question: str, answer: str) -> CompletionRow:
    return CompletionRow(
        prompt=[{"role": "user", "content": question}], completion=[{"role": "assistant", "content": answer}]
    )


def eight_examples() -> list[CompletionRow]:
    return [example(f"How many are {n} and {n}?", f"They are {2 * n}." + " Truly." * (n % 3)) for n in range(8)]


def settings(method: str) -> SFTSettings:
    """SETTINGS with LoRA; another method goes by its presets."""
    return SETTINGS if method == "lora" else replace(SETTINGS, method=method, peft={})


def main(base: Path, folder: Path, step: int, method: str = "lora") -> None:
    from workbench.training import sft

    def kill(seen: int) -> None:
        if seen == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sft.run(settings(method), base, eight_examples(), folder, Recorder(kill), saved=folder / "merged")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])

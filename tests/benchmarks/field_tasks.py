"""Multiple-choice items of public data sets, as lm-eval asks them; read from the folder $WORKBENCH_FIELD_DATA."""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.records import LogLikelihood

SHOTS = 5


@dataclass(frozen=True, slots=True)
class Item:
    """A context, the choices without the space before them, and the place of the right one."""

    context: str
    choices: tuple[str, ...]
    gold: int

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(self.context, f" {choice}") for choice in self.choices]

    @property
    def solved(self) -> str:
        """As an example for others."""
        return f"{self.context} {self.choices[self.gold]}\n\n"


def openbookqa() -> list[Item]:
    return [Item(row["question"], tuple(row["choices"]), row["label"]) for row in _rows("openbookqa_test.jsonl")]


def piqa() -> list[Item]:
    rows = _rows("piqa_validation_500.jsonl")
    return [Item(f"Question: {row['question']}\nAnswer:", tuple(row["choices"]), row["label"]) for row in rows]


def boolq() -> list[Item]:
    rows = _rows("boolq_dev_300.jsonl")
    prompts = [f"{row['passage']}\nQuestion: {row['question']}?\nAnswer:" for row in rows]
    return [Item(prompt, ("no", "yes"), int(row["answer"])) for prompt, row in zip(prompts, rows, strict=True)]


def fixed_shots() -> list[Item]:
    """OpenBookQA after the same solved items."""
    items = openbookqa()
    opening = "".join(item.solved for item in items[-SHOTS:])
    return [Item(opening + item.context, item.choices, item.gold) for item in items[:-SHOTS]]


def drawn_shots() -> list[Item]:
    """OpenBookQA, each item after solved ones of its own, drawn from the second half of the data."""
    items, rng = openbookqa(), random.Random(0)
    half = len(items) // 2
    openings = ["".join(item.solved for item in rng.sample(items[half:], SHOTS)) for _ in range(half)]
    return [
        Item(opening + item.context, item.choices, item.gold)
        for opening, item in zip(openings, items[:half], strict=True)
    ]


def accuracies(items: Sequence[Item], found: Sequence[LogLikelihood]) -> dict[str, float]:
    """lm-eval's acc and, with the sums divided by the characters of each choice, acc_norm."""
    right = {"acc": 0, "acc_norm": 0}
    left = iter(found)
    for item in items:
        sums = [next(left).logprob for _ in item.choices]
        means = [total / len(choice) for total, choice in zip(sums, item.choices, strict=True)]
        right["acc"] += sums.index(max(sums)) == item.gold
        right["acc_norm"] += means.index(max(means)) == item.gold
    return {name: count / len(items) for name, count in right.items()}


def _rows(name: str) -> list[dict[str, Any]]:
    folder = os.environ.get("WORKBENCH_FIELD_DATA")
    if not folder or not (Path(folder) / name).is_file():
        sys.exit(f"{name} is needed: set WORKBENCH_FIELD_DATA to the folder that holds it.")
    return [json.loads(line) for line in (Path(folder) / name).read_text(encoding="utf-8").splitlines()]

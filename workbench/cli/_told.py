"""Judgments in words, as `agree --judgments` and `batches show --remarks` print them."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.cli._table import table
from workbench.store.told import Told


def told_table(rows: Sequence[Told]) -> str:
    cells = [
        (one.id, one.rater, one.criterion, one.said, f"{one.milliseconds / 1000:.1f} s", one.prompt, one.answer)
        for one in rows
    ]
    return table(("judgment", "rater", "criterion", "said", "after", "prompt", "answer"), cells)

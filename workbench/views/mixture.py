"""A mixture before it is written: what each task would give, and the first rows as a model would see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.data import trl
from workbench.data.mixtures.mix import TaskCount
from workbench.store import Store

_CONVERSATIONS = ("prompt", "messages")


@dataclass(frozen=True, slots=True)
class MixedRow:
    """A row of a mixture. `seen` is what a training takes of it, in TRL's format; `wording` counts from 1 or is None.

    `source_row` is its place in its data set, from 1.
    """

    task: str
    source: str
    source_row: int
    wording: int | None
    seen: dict[str, Any]

    @property
    def origin(self) -> str:
        """`felt (reviews-2024, row 3, wording 1)`"""
        wording = "" if self.wording is None else f", wording {self.wording}"
        return f"{self.task} ({self.source}, row {self.source_row:,}{wording})"


@dataclass(frozen=True, slots=True)
class MixturePreview:
    layout: str
    rows: int
    counts: tuple[TaskCount, ...]
    first: tuple[MixedRow, ...]


def mixture_preview(store: Store, params: dict[str, Any], count: int) -> MixturePreview:
    """The mixture that a spec of mix-data with these parameters would write, and its first rows; nothing is kept."""
    from workbench.jobs import mix_data  # here, because it brings pydantic

    with mix_data.mixed(store, mix_data.Params(**params), lambda _: None) as (made, _):
        first = tuple(
            MixedRow(
                row["task"], row["source"], row["source_row"], row.get("wording"), trl.conversational(made.layout, row)
            )
            for row in made.rows(count)
        )
        return MixturePreview(made.layout, len(made), made.counts, first)


def turns(column: str, value: Any) -> list[tuple[str, str]]:
    """A column of what is seen as (label, text): turns of a conversation by their role, else by the column."""
    if not isinstance(value, list):
        return [(column, str(value))]
    return [(turn["role"] if column in _CONVERSATIONS else column, turn["content"]) for turn in value]

"""The preview of an export: what would be kept, what would be dropped and why, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.jobs import export_preferences
from workbench.jobs.export_preferences import Params
from workbench.preferences.pairs import Selection
from workbench.records import Prompt
from workbench.store import Store, prompts


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair with the words that a person checks it by."""

    prompt: str
    chosen: str
    rejected: str
    margin: float
    chosen_scores: dict[str, int]
    rejected_scores: dict[str, int]


@dataclass(frozen=True, slots=True)
class DropRow:
    prompt: str
    reason: str


@dataclass(frozen=True, slots=True)
class Preview:
    """`counts`: kept, then dropped by reason. `advice` is None, or what to do when nothing is left.

    `left_out`: ratings (an answer, by one rater) by kinds of raters that were not asked for.
    """

    counts: dict[str, int]
    pairs: tuple[PairRow, ...]
    drops: tuple[DropRow, ...]
    advice: str | None
    left_out: int


def preview(store: Store, params: Params) -> Preview:
    """What the job `export-preferences` would write now; UnknownName for a rubric that does not exist."""
    selection = export_preferences.selection(store, params)
    wanted = [pair.prompt_id for pair in selection.pairs] + [drop.prompt_id for drop in selection.drops]
    known = prompts.by_ids(store, wanted)
    return Preview(
        selection.counts,
        tuple(_pair_rows(selection, known)),
        tuple(DropRow(known[drop.prompt_id].text, drop.reason) for drop in selection.drops),
        export_preferences.advice(selection.counts),
        export_preferences.left_out(store, params),
    )


def _pair_rows(selection: Selection, known: dict[int, Prompt]) -> list[PairRow]:
    return [
        PairRow(
            known[pair.prompt_id].text, pair.chosen.text, pair.rejected.text, pair.margin, pair.chosen.scores,
            pair.rejected.scores,
        )
        for pair in selection.pairs
    ]  # fmt: skip

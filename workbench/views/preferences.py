"""The preview of an export: what would be kept, what would be dropped and why, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbench.jobs import export_preferences
from workbench.jobs.export_preferences import Params
from workbench.preferences import tally
from workbench.records import PreferencePair, Prompt
from workbench.store import Store, prompts

SHOWN = 1000  # pairs, and as many drops


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

    `pairs` and `drops` are the first `SHOWN` of each; `left_out`: ratings (an answer, by one rater) by kinds of raters
    that were not asked for, which the last preview alone knows (0 before). `versions` are the hashes of the versions of
    the rubric that count together, oldest first.
    """

    counts: dict[str, int]
    pairs: tuple[PairRow, ...]
    drops: tuple[DropRow, ...]
    advice: str | None
    left_out: int
    versions: tuple[str, ...]


def previews(store: Store, params: Params) -> Iterator[Preview]:
    """What the job `export-preferences` would write now, of more and more of the ratings.

    The last is of all of them, and alone has `advice`. UnknownName for a rubric that does not exist.
    """
    versions = tuple(one.hash for one in export_preferences.versions(store, params))
    counts = tally.added([])
    pairs: tuple[PairRow, ...] = ()
    drops: tuple[DropRow, ...] = ()
    for page in export_preferences.selection(store, params):
        counts = tally.added([counts, page.counts])
        more = page.pairs[: SHOWN - len(pairs)], page.drops[: SHOWN - len(drops)]
        known = prompts.by_ids(store, [one.prompt_id for part in more for one in part])
        pairs += tuple(_pair_row(pair, known) for pair in more[0])
        drops += tuple(DropRow(known[drop.prompt_id].text, drop.reason) for drop in more[1])
        yield Preview(counts, pairs, drops, None, 0, versions)
    left_out = export_preferences.left_out(store, params)
    yield Preview(counts, pairs, drops, export_preferences.advice(store, params, counts), left_out, versions)


def _pair_row(pair: PreferencePair, known: dict[int, Prompt]) -> PairRow:
    return PairRow(
        known[pair.prompt_id].text, pair.chosen.text, pair.rejected.text, pair.margin, pair.chosen.scores,
        pair.rejected.scores,
    )  # fmt: skip

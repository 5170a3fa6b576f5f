"""Batches to judge, with how far a rater is. Blind: the models of a batch are named only once it is finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from workbench.rating.pace import ENOUGH
from workbench.records import Batch, Mode
from workbench.store import Store, batches, judgments, models, progress, rubrics, summaries

_COMMANDS: dict[bool, str] = {False: "rate", True: "versus"}


@dataclass(frozen=True, slots=True)
class BatchRow:
    """`judged` of `answers` are fully scored, compared or skipped by the rater; of a batch of pairs, pairs are meant.

    `answers` are those that the rater has judged or may still be given: where several rate, what others have judged
    is not among them. `models` is empty until nothing is left to the rater.
    """

    id: int
    name: str
    mode: Mode
    rubric: str
    answers: int
    judged: int
    models: tuple[str, ...]
    created_at: str
    seconds_each: float | None = None
    seconds_left: float | None = None

    @property
    def finished(self) -> bool:
        return self.judged >= self.answers

    @property
    def command(self) -> str:
        """The command, and the screen, on which it is judged."""
        return _COMMANDS[self.mode != "ratings"]


@dataclass(frozen=True, slots=True)
class RaterProgress:
    """How many items of a batch a person is done with."""

    rater: str
    items: int


@dataclass(frozen=True, slots=True)
class BatchDetail:
    """A batch and who does how much of it. `items` counts prompts (or pairs), `repeats` and `gold` among them.

    `shared` items go to `overlap_raters` raters each (None: every item to everyone).
    """

    row: BatchRow
    items: int
    shared: int
    overlap_raters: int | None
    repeats: int
    gold: int
    raters: tuple[RaterProgress, ...]


def batch_rows(store: Store, rater: str) -> list[BatchRow]:
    """Newest first, counted now."""
    return rows_from(store, *summaries.by_batch(store, rater))


def paced_rows(store: Store, rater: str) -> list[BatchRow]:
    """`batch_rows` with the rater's pace: reads every event of the rater, so not for a first paint."""
    from workbench.store import scores  # not for a first paint

    attention = scores.attention(store, rater)
    return [_paced(row, attention.get(row.id, 0)) for row in batch_rows(store, rater)]


def rows_from(store: Store, judged: Mapping[int, int], elsewhere: Mapping[int, int]) -> list[BatchRow]:
    """Newest first; `judged` and `elsewhere` as in a `Summary`."""
    mine = {one: count - elsewhere.get(one, 0) for one, count in summaries.answers_by_batch(store).items()}
    return [_row(store, one, mine.get(one.id, 0), judged.get(one.id, 0)) for one in batches.all_batches(store)]


def batch_detail(store: Store, batch_id: int, rater: str) -> BatchDetail:
    """One batch with everyone's progress; UnknownName if it does not exist."""
    batch = batches.by_id(store, batch_id)
    items = batches.items(store, batch_id)
    finished = progress.finished_by(store, batch)
    people = (one for one in judgments.all_raters(store) if one.kind == "human")
    done = ((one.name, sum(one.id in raters for raters in finished.values())) for one in people)
    return BatchDetail(
        next(row for row in batch_rows(store, rater) if row.id == batch_id),
        len(items),
        sum(item.raters_wanted == batch.overlap_raters for item in items if item.raters_wanted is not None),
        batch.overlap_raters,
        sum(item.repeat_of is not None for item in items),
        sum(item.gold for item in items),
        tuple(RaterProgress(name, count) for name, count in done if count),
    )


def open_batch(store: Store, rater: str, command: str, rubric: str | None = None) -> BatchRow | None:
    """The newest batch of a command (rate or versus), and rubric, in which something is left; None without one."""
    left = (row for row in batch_rows(store, rater) if row.command == command and not row.finished)
    return next((row for row in left if rubric in (None, row.rubric)), None)


def _paced(row: BatchRow, milliseconds: int) -> BatchRow:
    if row.judged < ENOUGH:
        return row
    each = milliseconds / 1000 / row.judged
    return replace(row, seconds_each=each, seconds_left=each * (row.answers - row.judged))


def _row(store: Store, batch: Batch, mine: int, judged: int) -> BatchRow:
    named = summaries.models_of_batch(store, batch.id) if judged >= mine else []
    names = tuple(models.by_id(store, one).name for one in named)
    rubric = rubrics.by_id(store, batch.rubric_id).name
    return BatchRow(batch.id, batch.name, batch.mode, rubric, mine, judged, names, batch.created_at)

"""Batches to judge, with how far a rater is. Blind: the models of a batch are named only once it is finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.rating.pace import ENOUGH
from workbench.records import Batch, Mode
from workbench.store import Store, batches, judgments, models, progress, rubrics, summaries, told
from workbench.text import plural

if TYPE_CHECKING:
    from workbench.store.scores import Remark

HIDDEN = "hidden until done"  # in the place of the models' names
_COMMANDS: dict[bool, str] = {False: "rate", True: "versus"}


@dataclass(frozen=True, slots=True)
class BatchRow:
    """`judged` of `answers` are fully scored, compared or skipped by the rater; of a batch of pairs, pairs are meant.

    `answers` are those that the rater has judged or may still be given: where several rate, what others have judged
    is not among them. `models` is empty until nothing is left to the rater. `adjudicates` is the batch whose
    disagreements are settled here, by one who sees what others gave: given to nobody who has not asked for it.
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
    adjudicates: int | None = None

    @property
    def finished(self) -> bool:
        return self.judged >= self.answers

    @property
    def command(self) -> str:
        """The command, and the screen, on which it is judged."""
        return command_of(self.mode)


@dataclass(frozen=True, slots=True)
class RaterProgress:
    """How many items of a batch a person is done with, and what they said beside.

    `too_fast` of `digits` were not applied, for the text had not been seen long enough; `flags` and `notes` stand.
    """

    rater: str
    items: int
    digits: int
    too_fast: int
    flags: int
    notes: int

    @property
    def remarks(self) -> str:
        """`2 flags, 1 note, 3 of 40 digits too fast`; empty where there is nothing to say."""
        counts = ((self.flags, "flag"), (self.notes, "note"))
        said = [plural(count, word) for count, word in counts if count]
        fast = [f"{self.too_fast} of {plural(self.digits, 'digit')} too fast"] if self.too_fast else []
        return ", ".join([*said, *fast])


@dataclass(frozen=True, slots=True)
class BatchDetail:
    """A batch and who does how much of it. `items` counts prompts (or pairs), `repeats` and `gold` among them.

    `shared` items go to `overlap_raters` raters each (None: every item to everyone). `remarks` are the judgments that
    are flags, notes, or digits that came too fast.
    """

    row: BatchRow
    items: int
    shared: int
    overlap_raters: int | None
    repeats: int
    gold: int
    raters: tuple[RaterProgress, ...]
    remarks: tuple[int, ...]


def command_of(mode: Mode) -> str:
    """The command, and the screen, on which a batch of this mode is judged."""
    return _COMMANDS[mode != "ratings"]


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
    """One batch with everyone's progress; UnknownNumber if it does not exist."""
    batch = batches.by_id(store, batch_id)
    items = batches.items(store, batch_id)
    finished = progress.finished_by(store, batch)
    said = _said(store, batch_id)
    people = {one.id: one.name for one in judgments.all_raters(store) if one.kind == "human"}
    done = {rater: sum(rater in raters for raters in finished.values()) for rater in people}
    return BatchDetail(
        next(row for row in batch_rows(store, rater) if row.id == batch_id),
        len(items),
        sum(item.raters_wanted == batch.overlap_raters for item in items if item.raters_wanted is not None),
        batch.overlap_raters,
        sum(item.repeat_of is not None for item in items),
        sum(item.gold for item in items),
        tuple(_of_person(store, batch_id, people, done, said)),
        tuple(sorted(one.judgment_id for one in said)),
    )


def _said(store: Store, batch_id: int) -> list[Remark]:
    from workbench.store import scores  # not for a first paint

    return [*scores.remarks(store, batch_id), *scores.too_fast(store, batch_id)]


def _of_person(
    store: Store, batch_id: int, people: Mapping[int, str], done: Mapping[int, int], said: Sequence[Remark]
) -> Iterator[RaterProgress]:
    """Those who have done anything in the batch."""
    from workbench.store import scores  # not for a first paint

    efforts = {one.rater_id: one for one in scores.efforts(store, batch_id)}
    for rater, name in people.items():
        counts = Counter(one.kind for one in said if one.rater_id == rater)
        effort = efforts.get(rater)
        if done[rater] or counts:
            digits = effort.digits + effort.too_fast if effort else 0
            yield RaterProgress(name, done[rater], digits, counts["too_fast"], counts["flag"], counts["note"])


def open_batch(store: Store, rater: str, command: str, rubric: str | None = None) -> BatchRow | None:
    """The newest batch of a command (rate or versus), and rubric, in which something is left; None without one.

    No adjudication: its number has to be given.
    """
    rows = (row for row in batch_rows(store, rater) if row.adjudicates is None)
    left = (row for row in rows if row.command == command and not row.finished)
    return next((row for row in left if rubric in (None, row.rubric)), None)


def rubric_of(store: Store, batch_id: int | None = None) -> str | None:
    """The rubric of a batch; without one, of the batch that was rated last, None where nothing was."""
    if batch_id is None:
        newest = told.by_ids(store, [summaries.last_scored(store)])
        batch_id = newest[0].batch_id if newest else None
    return None if batch_id is None else rubrics.by_id(store, batches.by_id(store, batch_id).rubric_id).name


def _paced(row: BatchRow, milliseconds: int) -> BatchRow:
    if row.judged < ENOUGH:
        return row
    each = milliseconds / 1000 / row.judged
    return replace(row, seconds_each=each, seconds_left=each * (row.answers - row.judged))


def _row(store: Store, batch: Batch, mine: int, judged: int) -> BatchRow:
    named = summaries.models_of_batch(store, batch.id) if judged >= mine else []
    names = tuple(models.by_id(store, one).name for one in named)
    rubric = rubrics.by_id(store, batch.rubric_id).name
    return BatchRow(
        batch.id, batch.name, batch.mode, rubric, mine, judged, names, batch.created_at, adjudicates=batch.adjudicates
    )

"""Ratings that were made elsewhere, as events of a rater of the kind "imported".

An event's uuid is drawn from what it says, and its session's from batch and rater: entered once, however often.
When it was shown and how long it was looked at is not known; then the times are those of the import, and 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_OID, uuid5

from workbench.data.completions.found import Comparison, Found, Score
from workbench.errors import DataError
from workbench.jobs._context import JobContext
from workbench.jobs._imported_answers import Kept, Made, marked
from workbench.records import Batch, Judgment, Mode, Rater, Rubric
from workbench.spec import canonical_json
from workbench.store import Store, imported, judgments, utc_now
from workbench.store.clock import as_stamp


def enter(
    context: JobContext, found: Found, kept: Sequence[Kept], rubric: Rubric, made: Mapping[Mode, Made]
) -> list[str]:
    """Append every score and comparison that is not stored yet; the names of their raters."""
    raters = {str(one.rater): _rater(context.store, str(one.rater)) for one in found.judged}
    if found.scores:
        _append(context, made["ratings"], _scores(found.scores, kept, rubric, made["ratings"], raters), "scores")
    if found.comparisons:
        events = _comparisons(found.comparisons, kept, rubric, made["pairs"], raters)
        _append(context, made["pairs"], events, "comparisons")
    return sorted(one.name for one in raters.values())


def _append(context: JobContext, made: Made, events: Sequence[Judgment], words: str) -> None:
    for done in imported.add(context.store, events, made[0].id):
        context.progress(done, len(events), words)
        context.check_cancelled()


def _rater(store: Store, name: str) -> Rater:
    found = judgments.add_rater(store, marked(name), "imported")
    if found.kind != "imported":
        raise DataError(f"{found.name} is a rater of this workspace already.", "Rename the one in the file.")
    return found


def _scores(
    scores: Sequence[Score], kept: Sequence[Kept], rubric: Rubric, made: Made, raters: Mapping[str, Rater]
) -> list[Judgment]:
    batch, items = made
    item_of = {item.prompt_id: item.id for item in items}
    seen: Counter[tuple[str, ...]] = Counter()
    events = []
    for one in scores:
        answer, rater = kept[one.answer], raters[str(one.rater)]
        key = (rater.name, answer.hash, str(one.criterion))
        seen[key] += 1
        events.append(
            Judgment(
                uuid=_uuid("score", rubric.hash, *key, int(one.value), seen[key]), session=_session(batch, rater),
                kind="score", rater_id=rater.id, item_id=item_of[answer.prompt_id], completion_id=answer.id,
                rubric_id=batch.rubric_id, criterion=one.criterion, value=int(one.value), text=one.given, undoes=None,
                position=None, shown_at=_stamp(one.at), milliseconds=0,
            )
        )  # fmt: skip
    return events


def _comparisons(
    compared: Sequence[Comparison], kept: Sequence[Kept], rubric: Rubric, made: Made, raters: Mapping[str, Rater]
) -> list[Judgment]:
    batch, items = made
    item_of = {frozenset(item.completions): item.id for item in items}
    seen: Counter[tuple[str, ...]] = Counter()
    events = []
    for one in compared:
        left, right, rater = kept[one.left], kept[one.right], raters[str(one.rater)]
        key = (rater.name, left.hash, right.hash)
        seen[key] += 1
        events.append(
            Judgment(
                uuid=_uuid("comparison", rubric.hash, *key, one.outcome, seen[key]), session=_session(batch, rater),
                kind="comparison", rater_id=rater.id, item_id=item_of[frozenset((left.id, right.id))],
                completion_id=left.id, rubric_id=batch.rubric_id, criterion=None, value=None, text=None, undoes=None,
                position=None, shown_at=_stamp(one.at), milliseconds=0, other_id=right.id, outcome=one.outcome,
            )
        )  # fmt: skip
    return events


def _session(batch: Batch, rater: Rater) -> str:
    """One session a rater and batch, whoever imports it: its events stay numbered without a gap."""
    return _uuid("session", batch.id, batch.seed, rater.name)


def _uuid(*parts: str | int) -> str:
    return str(uuid5(NAMESPACE_OID, canonical_json(["workbench", "imported", *parts])))


def _stamp(at: str | None) -> str:
    """The time that the file gives, taken for UTC where it has no zone; else now."""
    if at is None:
        return utc_now()
    moment = datetime.fromisoformat(at)
    return as_stamp(moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC))

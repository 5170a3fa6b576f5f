"""What tests begin with: prompts, answers, batches and ratings, made through the store alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import uuid4

from workbench import rubrics as rubric_files
from workbench.rating.compose import compose
from workbench.rating.session import RatingSession
from workbench.rating.versus import VersusSession
from workbench.records import Batch, BatchSettings, Decoding, Generated, Judgment, Message, Model, NewItem, Outcome
from workbench.store import Store, batches, completions, judgments, models, prompts, rubrics, settings

NOW = "2026-01-01T00:00:00.000Z"
CRITERIA = ("fluency", "coherence", "relevance")  # of the bundled rubric `general`


def model(store: Store, name: str = "small") -> Model:
    return models.add(store, name, name, "embedded", None, f"weights of {name}")


def batch(
    store: Store,
    answers: Sequence[Sequence[str]],
    of: Model | None = None,
    job_id: int | None = None,
    judged: BatchSettings = batches.EVERYONE,
    gold: Sequence[NewItem] = (),
) -> Batch:
    """One prompt a row of `answers`, none of them held out; prompt and completion ids count from 1 in a new store.

    Each prompt is an item, with all its answers in every mode: pairs take rows of two.
    """
    settings.put(store, settings.EVALUATION_SHARE, "0")
    asked = prompts.add(store, [(Message("user", f"Question {n}?"),) for n in range(1, len(answers) + 1)])
    by = of or model(store)
    items = [
        NewItem(prompt.id, tuple(_answer(store, by, prompt.id, texts)))
        for prompt, texts in zip(asked, answers, strict=True)
    ]
    drawn = compose(items, gold, judged, 0)
    return batches.add(store, "a batch", rubric_id(store), 0, drawn, job_id, judged)


def rubric_id(store: Store) -> int:
    return rubrics.add(store, rubric_files.load("general", store.workspace))


def event(batch: Batch, seq_of: str = "session", **given: object) -> Judgment:
    """A score of 3 for fluency of the first answer by the first rater, changed by `given`."""
    values: dict[str, object] = {
        "uuid": str(uuid4()), "session": seq_of, "kind": "score", "rater_id": 1, "item_id": 1, "completion_id": 1,
        "rubric_id": batch.rubric_id, "criterion": "fluency", "value": 3, "text": None, "undoes": None, "position": 0,
        "shown_at": NOW, "milliseconds": 1000,
    }  # fmt: skip
    return Judgment(**{**values, **given})  # type: ignore[arg-type]


def say(store: Store, batch: Batch, **given: object) -> Judgment:
    """Append such an event."""
    return judgments.append(store, event(batch, **given), batch.id, [1, 2])


def rated(store: Store, batch: Batch, scores: Mapping[int, Sequence[int]], rater: str = "ada") -> None:
    """Rate answers by completion id, in whatever order they are shown; those without scores are skipped."""
    session = RatingSession.open(store, batch.id, rater)
    while place := session.place():
        given = scores.get(place.completion.id)
        if given is None:
            session.commit(store, session.skip(place, NOW, 1000))
        else:
            value = given[CRITERIA.index(place.focused)]
            session.commit(store, session.score(place, value, NOW, 1000))


def compared(store: Store, batch: Batch, winners: Mapping[int, int | None], rater: str = "ada") -> None:
    """Compare the pairs of these items, on whatever side the winner is shown; None is a tie."""
    session = VersusSession.open(store, batch.id, rater)
    while pair := session.place():
        sides: dict[int | None, Outcome] = {pair.left.id: "left", pair.right.id: "right", None: "tie"}
        session.commit(store, session.compare(pair, sides[winners[pair.item.id]], NOW, 1000))


def judged(store: Store, batch: Batch, scores: Mapping[int, Sequence[int]], rater: str = "ada") -> None:
    """Rate many answers without asking for the place in between."""
    rater_id = judgments.add_rater(store, rater).id
    items = {one: item.id for item in batches.items(store, batch.id) for one in item.completions}
    events = [
        event(batch, rater_id=rater_id, item_id=items[one], completion_id=one, criterion=criterion, value=value)
        for one, values in scores.items()
        for criterion, value in zip(CRITERIA, values, strict=True)
    ]
    for one in events:
        judgments.append(store, one, batch.id, [one.completion_id or 0])


def _answer(store: Store, by: Model, prompt_id: int, texts: Sequence[str]) -> list[int]:
    hashes = [f"{by.name} {prompt_id} {sample}" for sample in range(len(texts))]
    rows = [
        (digest, prompt_id, sample, sample, Generated(text, 3, "stop"))
        for sample, (digest, text) in enumerate(zip(hashes, texts, strict=True))
    ]
    completions.add_batch(store, rows, by, Decoding(), "float32", None)
    stored = completions.existing(store, hashes)
    return [stored[digest] for digest in hashes]

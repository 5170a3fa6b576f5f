"""Workspaces made through the store alone: what a loop would have left behind, without a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workbench import rubrics as rubric_files
from workbench.rating.session import RatingSession
from workbench.records import Batch, BatchSettings, Decoding, Generated, Message, Model, NewItem
from workbench.store import Store, batches, completions, models, open_store, prompts, rubrics, settings, utc_now
from workbench.workspace import Workspace

PAIRS = BatchSettings(mode="pairs")
QUESTIONS = (
    "Why do leaves change colour in autumn?",
    "Name three uses of a brick besides building.",
    "Write a two-line poem about rain on a tin roof.",
    "How many minutes are there in a week?",
)
LONG = (
    "Leaves hold a green pigment, chlorophyll, that catches light. In autumn the days grow short and cold, so the tree "
    "stops making it. As the green fades, the yellow and orange pigments that were there all along come out. "
    "Reds are made afresh from sugar caught in the leaf."
)


def empty(root: Path) -> Store:
    """A new workspace in which nothing is held out from training."""
    store = open_store(Workspace(root))
    settings.put(store, settings.EVALUATION_SHARE, "0")
    return store


def model(store: Store, name: str = "smollm2", parent: Model | None = None, **details: object) -> Model:
    return models.add(
        store, name, name, "embedded", f"/models/{name}", "ab12" * 16, parent.id if parent else None, details=details
    )


def answers(
    store: Store,
    model: Model,
    questions: Sequence[str] = QUESTIONS,
    texts: Sequence[str] = (LONG, "Because it is cold."),
) -> list[tuple[int, list[int]]]:
    """Each question answered with each text; (prompt id, completion ids)."""
    asked = prompts.add(store, [(Message("user", question),) for question in questions])
    made = []
    for prompt in asked:
        hashes = [f"{model.name}-{prompt.id}-{sample}" for sample in range(len(texts))]
        rows = [
            (digest, prompt.id, sample, sample, Generated(text, 7, "stop"))
            for sample, (digest, text) in enumerate(zip(hashes, texts, strict=True))
        ]
        completions.add_batch(store, rows, model, Decoding(), "float32", None)
        known = completions.existing(store, hashes)
        made.append((prompt.id, [known[digest] for digest in hashes]))
    return made


def batch(
    store: Store, made: list[tuple[int, list[int]]], name: str = "smollm2 · prompts", rubric: str = "general"
) -> Batch:
    rubric_id = rubrics.add(store, rubric_files.load(rubric, store.workspace))
    return batches.add(store, name, rubric_id, 0, [NewItem(prompt, tuple(ids)) for prompt, ids in made], None)


def pairs(
    store: Store,
    made: list[tuple[int, list[int]]],
    settings: BatchSettings = PAIRS,
    raters_wanted: int | None = None,
) -> Batch:
    """The first two answers of each prompt, to be compared."""
    rubric_id = rubrics.add(store, rubric_files.load("general", store.workspace))
    items = [NewItem(prompt, (ids[0], ids[1]), raters_wanted) for prompt, ids in made]
    return batches.add(store, "smollm2 · pairs", rubric_id, 0, items, None, settings)


def filled(root: Path) -> Store:
    """One model, four prompts answered twice, an open batch."""
    store = empty(root)
    batch(store, answers(store, model(store)))
    return store


def rate(store: Store, scores: Sequence[int], rater: str = "ada", batch_id: int = 1) -> None:
    """Give these scores in the order in which the answers come."""
    session = RatingSession.open(store, batch_id, rater)
    for value in scores:
        place = session.place()
        assert place is not None
        session.commit(store, session.score(place, value, utc_now(), 1500))

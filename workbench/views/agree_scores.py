"""Scores as columns: 100,000 of them are grouped, tabulated and counted without a loop over rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from workbench.statistics.rating_table import RatingTable, tabulate
from workbench.store.scores import Score

# adults read some 240 words a minute (Brysbaert 2019); this is about 1,000, by six characters a word
READ_MS_A_CHARACTER = 10


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """One entry a score in every column; `criterion` counts from 0 in the order of the rubric. See store.scores.

    `position` is -1 where it is not known.
    """

    judgment: np.ndarray
    item: np.ndarray
    prompt: np.ndarray
    rater: np.ndarray
    completion: np.ndarray
    model: np.ndarray
    criterion: np.ndarray
    value: np.ndarray
    position: np.ndarray
    milliseconds: np.ndarray
    characters: np.ndarray

    def where(self, mask: np.ndarray) -> Scores:
        """Those entries alone: `mask` is a boolean or a place an entry."""
        return Scores(*(getattr(self, field.name)[mask] for field in fields(self)))

    def ids(self, mask: np.ndarray) -> tuple[int, ...]:
        """The judgments of those entries."""
        return tuple(self.judgment[mask].tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """An answer as one rater sees it, scored on every criterion: one entry a rater and answer.

    `mean` is that over the criteria; `milliseconds` the attention until the last of them. `of` is the entry to which
    each score in `scores` belongs.
    """

    scores: Scores
    of: np.ndarray
    rater: np.ndarray
    completion: np.ndarray
    prompt: np.ndarray
    item: np.ndarray
    model: np.ndarray
    position: np.ndarray
    characters: np.ndarray
    mean: np.ndarray
    milliseconds: np.ndarray

    def __len__(self) -> int:
        return len(self.mean)

    def ids(self, mask: np.ndarray) -> tuple[int, ...]:
        """The judgments of those answers (a boolean an answer)."""
        return self.scores.ids(mask[self.of])

    def table(self) -> RatingTable:
        """Means by answer and rater."""
        return tabulate(self.completion, self.rater, self.mean)  # type: ignore[arg-type]


def columns(rows: Sequence[Score], criteria: Sequence[str]) -> Scores:
    """The scores on these criteria; others belong to an older version of the rubric.

    Of several scores by one rater of one thing, in several batches, the latest counts.
    """
    place = {name: at for at, name in enumerate(criteria)}
    latest = {(one.rater_id, one.completion_id, one.criterion): one for one in rows if one.criterion in place}
    kept = [
        (
            one.judgment_id, one.item_id, one.prompt_id, one.rater_id, one.completion_id, one.model_id,
            place[one.criterion], one.value, -1 if one.position is None else one.position, one.milliseconds,
            one.characters,
        )
        for one in sorted(latest.values(), key=lambda one: one.judgment_id)
    ]  # fmt: skip
    table = np.array(kept, dtype=np.int64).reshape(-1, len(fields(Scores)))
    return Scores(*table.T)


def answers(scores: Scores, criteria: int) -> Answers:
    """Answers of which all `criteria` are scored; each score of `scores` is there once."""
    key = np.stack([scores.rater, scores.completion], axis=1)
    _, group, counts = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    whole = counts[group] == criteria
    kept = scores.where(whole)
    _, first, of = np.unique(group[whole], return_index=True, return_inverse=True)
    size = len(first)
    milliseconds = np.zeros(size, dtype=np.int64)
    np.maximum.at(milliseconds, of, kept.milliseconds)
    return Answers(
        kept, of, kept.rater[first], kept.completion[first], kept.prompt[first], kept.item[first], kept.model[first],
        kept.position[first], kept.characters[first], np.bincount(of, kept.value, size) / criteria, milliseconds,
    )  # fmt: skip


def criterion_table(scores: Scores, criterion: int) -> tuple[RatingTable, np.ndarray]:
    """Scores on one criterion by answer and rater, and the prompt of each answer."""
    on = scores.where(scores.criterion == criterion)
    table = tabulate(on.completion, on.rater, on.value)  # type: ignore[arg-type]
    return table, prompts_of(table.items, on.completion, on.prompt)


def prompts_of(items: Sequence[int], completion: np.ndarray, prompt: np.ndarray) -> np.ndarray:
    """The prompt of each of these answers, which are all of `completion` in ascending order."""
    _, first = np.unique(completion, return_index=True)
    assert len(first) == len(items)
    return prompt[first]

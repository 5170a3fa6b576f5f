"""What people think of a model's answers: the mean and each criterion, beside the parent's on the same prompts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.records import Model
from workbench.statistics.mean import Interval, mean_interval
from workbench.statistics.paired import Paired, paired_values
from workbench.store import Store, completions, models, prompts, rated
from workbench.store.rated import RatedAnswer
from workbench.text import plural

MEAN = "mean of the criteria"


@dataclass(frozen=True, slots=True)
class RatedFigure:
    """Mean rating, 1..5, each prompt once. `change`: model minus parent on the prompts that both were rated on."""

    criterion: str
    value: Interval
    parent: str | None
    change: Paired | None

    @property
    def verdict(self) -> str:
        """In words: against whom, by how much, on how many prompts."""
        if self.change is None:
            return plural(self.value.n, "prompt")
        n, found = self.change.n, self.change.difference
        if n == 0:
            return f"{plural(self.value.n, 'prompt')}; none of them was also rated for {self.parent}"
        if math.isnan(found.low):
            return f"against {self.parent}: {found.estimate:+.2f} on {plural(n, 'prompt')}, too few to say more"
        interval = f"{found.estimate:+.2f} [{found.low:+.2f}, {found.high:+.2f}]"
        if found.low > 0 or found.high < 0:
            return f"against {self.parent}: {interval} on the same {n} prompts"
        return (
            f"against {self.parent}: {interval}. No difference can be seen with n {n};"
            f" one of {self.change.detectable:.2f} would have shown"
        )


@dataclass(frozen=True, slots=True)
class RatedText:
    """One answer as one rater scored it, with its texts. `value` is the mean, or the criterion that was asked for."""

    answer: RatedAnswer
    value: float
    prompt: str
    text: str


def rated_figures(store: Store, model: Model) -> list[RatedFigure]:
    """The mean first, then each criterion in alphabetical order; empty where nobody has rated the model."""
    given = rated.of_model(store, model.id)
    if not given:
        return []
    parent = models.by_id(store, model.parent_id) if model.parent_id else None
    before = rated.of_model(store, parent.id) if parent else []
    criteria = sorted({score.criterion for answer in given for score in answer.scores})
    return [_figure(criterion, given, before, parent) for criterion in (MEAN, *criteria)]


def rated_texts(store: Store, model: Model, criterion: str) -> list[RatedText]:
    """The answers behind a figure, the worst first."""
    given = [one for one in rated.of_model(store, model.id) if _values(one, criterion)]
    asked = prompts.by_ids(store, (one.prompt_id for one in given))
    said = completions.by_ids(store, (one.completion_id for one in given))
    texts = [
        RatedText(one, _mean(_values(one, criterion)), asked[one.prompt_id].text, said[one.completion_id].text)
        for one in given
    ]
    return sorted(texts, key=lambda text: text.value)


def _figure(
    criterion: str, given: Sequence[RatedAnswer], before: Sequence[RatedAnswer], parent: Model | None
) -> RatedFigure:
    after, first = _by_prompt(given, criterion), _by_prompt(before, criterion)
    values = list(after.values())
    value = mean_interval(len(values), sum(values), sum(value * value for value in values))
    both = sorted(after.keys() & first.keys())
    change = paired_values([first[one] for one in both], [after[one] for one in both]) if before else None
    return RatedFigure(criterion, value, parent.name if parent else None, change)


def _by_prompt(given: Sequence[RatedAnswer], criterion: str) -> dict[int, float]:
    """Prompt id -> mean of its scores."""
    grouped: dict[int, list[int]] = {}
    for answer in given:
        grouped.setdefault(answer.prompt_id, []).extend(_values(answer, criterion))
    return {prompt: _mean(values) for prompt, values in grouped.items() if values}


def _values(answer: RatedAnswer, criterion: str) -> list[int]:
    return [score.value for score in answer.scores if criterion in (MEAN, score.criterion)]


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)

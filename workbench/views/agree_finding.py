"""One number about raters, answers or models: its value, what its n counts, and the judgments behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from workbench.statistics.mean import Interval

MEANINGS = {
    "alpha": "Krippendorff's alpha, ordinal: 1 full agreement, 0 as by chance; interval by bootstrap over prompts",
    "kappa": "quadratic-weighted kappa of two raters on the answers that both rated: 1 full agreement, 0 chance",
    "again": "share of hidden repeats that the rater judged the same again",
    "again-within-1": "share of hidden repeats that the rater judged the same again, or one point beside",
    "turned": "chance that a preference points the wrong way, from repeats: label_smoothing of DPO's robust loss",
    "severity": "points less than the average rater gives for the same answers; negative: more lenient",
    "scale": "how often the rater gave each of the points 1 to 5",
    "position": "points more than the other answers of the same visit, by the place at which it was shown",
    "left": "share of decided comparisons that the answer shown left, or above, won; .5 is fair",
    "length": "rank correlation of an answer's mean rating with its length; a longer answer may be the better one",
    "longer": "how often the longer answer wins: the longest against the shortest of a prompt, or a decided comparison",
    "gold": "share of scores of gold items that equal the known score",
    "gold-within-1": "share of scores of gold items that equal the known score, or lie one point beside",
    "too-fast": "share judged in less than 10 ms a character of what was to be read, some 1,000 words a minute",
    "flags": "answers or pairs that the rater flagged; one that was taken back does not count",
    "notes": "answers or pairs that bear a note of the rater",
    "refused": "share of the rater's digits that came too fast and were not applied: the text was hardly seen",
    "mean": "mean rating of a model, 1 to 5, each prompt once",
    "difference": "mean rating of the second model minus the first, by the same raters on the same prompts",
    "needed": "prompts still to be rated until the stated difference shows in 80 % of cases",
    "strength": "Bradley-Terry strength in log-odds around the mean of the models; a tie is half a win",
    "beats": "probability that the first model's answer is preferred to the second's (Bradley-Terry)",
}
_WHOLE = ("needed", "flags", "notes")


@dataclass(frozen=True, slots=True)
class Finding:
    """`name` is its kind and what it is about, `kappa/fluency/ada/bob`; `of` is what the n of `value` counts.

    `reason` says why value or bounds are NaN, or what to beware of; None where all is known. `counts` are those of
    the points 1, 2, ... where that is the finding (`value` is then their mean, without bounds).
    """

    name: str
    value: Interval
    of: str
    reason: str | None
    judgments: tuple[int, ...]
    counts: tuple[int, ...] = ()

    @property
    def kind(self) -> str:
        return self.name.split("/")[0]

    @property
    def words(self) -> str:
        """The value as every place shows it: `0.81 [0.42, 0.95]` to two digits, a whole number, or the counts."""
        if self.counts:
            return " / ".join(f"{count:,}" for count in self.counts)
        if isnan(self.value.estimate):
            return "–"
        digits = 0 if self.kind in _WHOLE else 2
        three = (self.value.estimate, self.value.low, self.value.high)
        estimate, low, high = (f"{round(one, digits) + 0.0:.{digits}f}" for one in three)  # + 0.0: no "-0.00"
        return estimate if isnan(self.value.low) else f"{estimate} [{low}, {high}]"

    @property
    def meaning(self) -> str:
        return MEANINGS[self.kind]


def finding(
    parts: Sequence[str], value: Interval, of: str, judgments: tuple[int, ...], reason: str | None = None
) -> Finding:
    """A finding under the name made of these parts; its reason is the interval's own where none is given."""
    return Finding("/".join(parts), value, of, reason or value.reason, judgments)

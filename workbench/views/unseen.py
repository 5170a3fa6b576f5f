"""What a training came to on rows that it never learned, in words: before, after, and whether a change can be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isnan, nan
from typing import Any

from workbench.statistics.mean import Interval
from workbench.statistics.paired import Paired
from workbench.statistics.proportion import wilson
from workbench.text import plural
from workbench.views.compare import unseen as no_difference
from workbench.views.signs import apart, seen

_SHARES = {
    "whole": "chosen answer likelier",
    "per_token": "chosen answer likelier per token",
}


@dataclass(frozen=True, slots=True)
class Unseen:
    """One figure of rows for evaluation only.

    before: None where there is none (of a reward, half is chance); after, before: NaN bounds where a mean of other than
    shares stands; verdict: what can be seen of the change, or of the figure itself.
    """

    name: str
    before: Interval | None
    after: Interval
    change: Interval | None
    verdict: str


def unseen(kept: Mapping[str, Any]) -> list[Unseen]:
    """Of a training's result or of its model's details; empty where the data set held nothing out."""
    found = kept.get("unseen") or {}
    shares = [_share(words, _paired(found[name])) for name, words in _SHARES.items() if name in found]
    reward = [_reward(found["rewarded"], found["rows"])] if "rewarded" in found else []
    labels = _labels(found["rewards"]) if "rewards" in found else []
    loss = [_loss(_paired(found["loss"]))] if "loss" in found else []
    return [*loss, *shares, *reward, *labels]


def lines(kept: Mapping[str, Any]) -> list[str]:
    """A heading, and two lines for each figure: what it is, and what can be seen; empty without any."""
    return list(_lines(kept))


def _lines(kept: Mapping[str, Any]) -> Iterator[str]:
    figures = unseen(kept)
    if not figures:
        return
    held = kept["unseen"]
    why = "" if held["rows"] == held["of"] else " (those that fit max_length, at most a hundred)"
    yield f"on {held['rows']} of {plural(held['of'], 'row')} for evaluation only{why}, which were not trained on:"
    if (kept.get("eval_data") or {}).get("own"):
        yield "  They were looked at while training and chose whose weights were kept: that leans to the good."
    for one in figures:
        numbers = _number(one.after) if one.before is None else f"{_number(one.before)} -> {_number(one.after)}"
        change = "" if one.change is None else f"{one.change.estimate:+.3f} {_bounds(one.change, '+.3f')}. "
        yield f"  {one.name}: {numbers}"
        yield f"    {change}{one.verdict}"


def _loss(paired: Paired) -> Unseen:
    value = paired.difference
    before, after = (Interval(mean, nan, nan, value.n) for mean in (paired.first, paired.second))
    return Unseen("loss, nats per token", before, after, value, _verdict(paired, apart(value), -1))


def _share(name: str, paired: Paired) -> Unseen:
    before, after = (wilson(round(share * paired.n), paired.n) for share in (paired.first, paired.second))
    return Unseen(name, before, after, paired.difference, _verdict(paired, seen(paired, paired.p), 1))


def _reward(rewarded: int, rows: int) -> Unseen:
    found = wilson(rewarded, rows)
    return Unseen("chosen answer gained more than the rejected one", None, found, None, _against_chance(found))


def _labels(found: Mapping[str, Any]) -> list[Unseen]:
    """Of KTO: what good and bad answers gained over the model that training began with."""
    if not found["good"] or not found["bad"]:
        return []
    area, margin = _interval(found["area"]), _interval(found["margin"])
    above = "Good answers gained more." if margin.low > 0 else "Bad answers gained more."
    clear = margin.low > 0 or margin.high < 0
    raised = wilson(found["bad_raised"], found["bad"])
    return [
        Unseen("a good answer gained more than a bad one", None, area, None, _against_chance(area)),
        Unseen("reward of good answers less that of bad ones, nats", None, margin, None,
               above if clear else f"No difference can be seen with n {margin.n}."),
        Unseen("good answers that became likelier", None, wilson(found["good_raised"], found["good"]), None,
               f"Of bad ones {_number(raised)}."),
    ]  # fmt: skip


def _against_chance(found: Interval) -> str:
    if found.low > 0.5:
        return "More than chance (.5)."
    return "Less than chance (.5)." if found.high < 0.5 else "No more than chance can be seen (.5)."


def _verdict(paired: Paired, clear: bool, better: int) -> str:
    """`better`: the sign of a change for the better."""
    if not clear:
        return no_difference(paired)
    return "Better." if paired.difference.estimate * better > 0 else "Worse."


def _paired(kept: Mapping[str, Any]) -> Paired:
    """What was no number is None in a result."""
    numbers: dict[str, Any] = {name: nan if value is None else value for name, value in kept.items()}
    return Paired(**{**numbers, "difference": _interval(kept["difference"])})


def _interval(kept: Mapping[str, Any]) -> Interval:
    """What was no number is None in a result."""
    bounds: dict[str, Any] = {name: nan if value is None else value for name, value in kept.items()}
    return Interval(**bounds)


def _number(value: Interval) -> str:
    return f"{value.estimate:.3f} {_bounds(value, '.3f')}".rstrip()


def _bounds(value: Interval, form: str) -> str:
    return "" if isnan(value.low) else f"[{value.low:{form}}, {value.high:{form}}]"

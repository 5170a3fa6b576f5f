"""Counterfactuals: a text and its twin for another group, one file each, or "skipped" and why.

A twin that says something else than its source would show a difference that is no bias. So a swap never guesses:
where the language leaves two readings, or the swap would reach another person, the text is skipped and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from workbench import registry


@dataclass(frozen=True, slots=True)
class Twin:
    """The text as it is for the other group."""

    text: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """No twin was made; `reason` is a clause that names the word at fault and is shown beside the count."""

    reason: str


def names() -> tuple[str, ...]:
    """All counterfactual sets, without importing any."""
    return registry.names(__name__)


def get(name: str) -> ModuleType:
    """The set of that name; UnknownName with the nearest ones otherwise."""
    return registry.get(__name__, name, "counterfactual")

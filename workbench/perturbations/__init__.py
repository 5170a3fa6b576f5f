"""Perturbations of a text: one file each, the same meaning for a reader, other bytes for a model.

Each module is a `Perturbation`. `perturb` is a pure function: it is the identity at severity 0, and the same
text, severity and state of `rng` give the same result. It calls nothing but `rng.random()`, the only method
whose values Python promises to keep from one version to the next, so a seed means the same bytes everywhere.
Digits, and words that hold one, are never touched, nor is a character of a protected span (options, gold answers).
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Protocol, cast

from workbench import registry
from workbench.errors import UsageError
from workbench.spec import derived_seed
from workbench.words import Span


class Perturbation(Protocol):
    """What a module of this package offers."""

    SEVERITY: str
    """What a severity of 0..1 is the share of, in words for a form: each is changed with that probability."""

    def perturb(self, text: str, severity: float, rng: Random, protected: Sequence[Span] = ()) -> str:
        """The perturbed text; the text itself where nothing was hit."""


def names() -> tuple[str, ...]:
    """All perturbations, without importing any."""
    return registry.names(__name__)


def get(name: str) -> Perturbation:
    """The perturbation of that name; UnknownName with the nearest ones otherwise."""
    return cast(Perturbation, registry.get(__name__, name, "perturbation"))


def seed_for(seed: int, perturbation: str, severity: float, item_key: str) -> int:
    """The seed of one text: items do not depend on one another, nor on how many run or in which order.

    An item with several fields needs a key for each ("17/question").
    """
    return derived_seed(seed, perturbation, float(severity), item_key)


def perturbed(
    text: str, perturbation: str, severity: float, seed: int, item_key: str, protected: Sequence[Span] = ()
) -> str:
    """One text of one item, perturbed; UsageError if the severity is not within 0..1."""
    if not 0 <= severity <= 1:
        raise UsageError(f"The severity {severity} of {perturbation} is not within 0 and 1.", "Try 0.02 or 0.1.")
    rng = Random(seed_for(seed, perturbation, severity, item_key))
    return get(perturbation).perturb(text, severity, rng, protected)

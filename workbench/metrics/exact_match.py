"""Exact match: the text equals a reference; and quasi-exact match (HELM's term): equal after SQuAD's normalisation."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.metrics._measure import Metric, Sample, share
from workbench.metrics._squad import check, normalised

KIND = "texts"
EXACT = Metric("exact_match", "share")
QUASI = Metric("quasi_exact_match", "share")
METRICS = (EXACT, QUASI)


def samples(gold: Sequence[Sequence[str]], given: Sequence[str]) -> list[Sample]:
    check(gold, given)
    pairs = list(zip(gold, given, strict=True))
    exact = [text in references for references, text in pairs]
    quasi = [normalised(text) in map(normalised, references) for references, text in pairs]
    return [share(EXACT, exact), share(QUASI, quasi)]

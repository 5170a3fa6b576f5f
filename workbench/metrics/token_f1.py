"""Token F1 of answers (Rajpurkar et al. 2016): words shared after SQuAD's normalisation; the mean over items.

The best of several references counts. Where either side has no word left: 1 if both have none, else 0 (SQuAD 2.0).
Text without spaces is one word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from workbench.metrics._measure import Metric, Sample, mean
from workbench.metrics._squad import best, check, normalised

KIND = "texts"
TOKEN_F1 = Metric("token_f1", "share")
METRICS = (TOKEN_F1,)


def samples(gold: Sequence[Sequence[str]], given: Sequence[str]) -> list[Sample]:
    check(gold, given)
    return [mean(TOKEN_F1, [best(token_f1, references, text) for references, text in zip(gold, given, strict=True)])]


def token_f1(reference: str, text: str) -> float:
    """0..1 of one text against one reference."""
    words, others = normalised(text).split(), normalised(reference).split()
    if not words or not others:
        return float(words == others)
    shared = (Counter(words) & Counter(others)).total()
    return 2 * shared / (len(words) + len(others))

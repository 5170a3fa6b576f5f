"""ROUGE-1, -2, -L and -Lsum (Lin 2004) by the rouge-score library: F-measures, best reference, mean over items.

Words are those of rouge-score: runs of a-z and 0-9 in lower case, no stemming; Lsum takes lines as sentences.
A text of another script has no such words, so a set that holds such references is not measured: it would be 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np

from workbench.metrics._measure import Measured, Metric, Sample, mean
from workbench.metrics._squad import check
from workbench.statistics.mean import Interval

KIND = "texts"
_KEYS = ("rouge1", "rouge2", "rougeL", "rougeLsum")
METRICS = tuple(Metric(name, "share") for name in _KEYS)


def samples(gold: Sequence[Sequence[str]], given: Sequence[str]) -> list[Sample]:
    check(gold, given)
    from rouge_score.rouge_scorer import RougeScorer
    from rouge_score.tokenizers import DefaultTokenizer

    tokenizer = DefaultTokenizer(use_stemmer=False)
    foreign = sum(any(_unreadable(one, tokenizer.tokenize(one)) for one in references) for references in gold)
    if foreign:
        return [_unmeasured(metric, len(given), foreign) for metric in METRICS]
    scorer = RougeScorer(list(_KEYS), tokenizer=tokenizer)
    scored = [scorer.score_multi(references or [""], text) for references, text in zip(gold, given, strict=True)]
    return [mean(metric, [one[metric.name].fmeasure for one in scored]) for metric in METRICS]


def _unreadable(text: str, words: Sequence[str]) -> bool:
    return not words and any(letter.isalnum() for letter in text)


def _unmeasured(metric: Metric, n: int, foreign: int) -> Sample:
    reason = f"rouge-score reads a-z and 0-9 only, and {foreign} of {n} references have none of them"
    return Sample(metric, np.zeros((n, 1)), None, closed=lambda _: Measured(Interval(nan, nan, nan, n), reason))

"""BLEU (Papineni et al. 2002) of a corpus, 0..100, by sacrebleu and its defaults (13a tokens, smoothing exp)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.metrics._measure import Metric, Sample
from workbench.metrics._squad import check

KIND = "texts"
BLEU = Metric("bleu", "percent")
METRICS = (BLEU,)
_ORDER = 4


def samples(gold: Sequence[Sequence[str]], given: Sequence[str]) -> list[Sample]:
    """Rows: matched n-grams 1..4, given n-grams 1..4, words given, words of the closest reference."""
    check(gold, given)
    from sacrebleu.metrics import BLEU as Scorer

    scorer = Scorer(effective_order=True)  # of one sentence; the counts are the same, and it does not warn
    scored = [
        scorer.sentence_score(text, list(references) or [""]) for references, text in zip(gold, given, strict=True)
    ]
    rows = [[*one.counts, *one.totals, one.sys_len, one.ref_len] for one in scored]
    return [Sample(BLEU, np.array(rows, dtype=np.float64).reshape(-1, 2 * _ORDER + 2), _value, "there is no reference")]


def _value(sums: np.ndarray) -> np.ndarray:
    """Undefined where the references hold no word."""
    flat = sums.reshape(-1, sums.shape[-1])
    return np.array([_score(row) for row in flat]).reshape(sums.shape[:-1])


def _score(row: np.ndarray) -> float:
    from sacrebleu.metrics import BLEU as Scorer

    *counts, words, reference = map(int, row)
    if reference == 0:
        return np.nan
    return float(Scorer.compute_bleu(counts[:_ORDER], counts[_ORDER:], words, reference, smooth_method="exp").score)

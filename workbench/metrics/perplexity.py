"""Perplexity a word and a byte, and bits a byte: lower is better.

exp(-sum log P / sum words), exp(-sum log P / sum bytes), -sum log2 P / sum bytes, over all texts together. Words are
split at white space, bytes are UTF-8, both as in lm-eval. Bytes compare models whose tokenizers differ.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log

import numpy as np

from workbench.metrics._measure import Metric, Sample, ratio

KIND = "loglikelihoods"
WORD = Metric("word_perplexity", "perplexity", higher_is_better=False)
BYTE = Metric("byte_perplexity", "perplexity", higher_is_better=False)
BITS = Metric("bits_per_byte", "bits", higher_is_better=False)
METRICS = (WORD, BYTE, BITS)
_SPACE = re.compile(r"\s+")


def samples(gold: Sequence[str], given: Sequence[float]) -> list[Sample]:
    """Texts and their log-probabilities in nats; an impossible text (-inf) makes the perplexity infinite."""
    words = [len(_SPACE.split(text)) for text in gold]
    return [
        *of_sizes([(lp, size) for lp, size in zip(given, words, strict=True)], WORD),
        *of_sizes([(lp, len(text.encode())) for lp, text in zip(given, gold, strict=True)], BYTE, BITS),
    ]


def of_sizes(items: Sequence[tuple[float, float]], *metrics: Metric) -> list[Sample]:
    """(log-probability in nats, words or bytes) of each text, in whichever of METRICS that size makes."""
    rows = np.array(items, dtype=np.float64).reshape(-1, 2)
    return [
        Sample(metric, rows, _bits if metric is BITS else _perplexity, "the texts are all empty") for metric in metrics
    ]


def _perplexity(sums: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(-ratio(sums[..., 0], sums[..., 1])))


def _bits(sums: np.ndarray) -> np.ndarray:
    return -ratio(sums[..., 0], sums[..., 1]) / log(2)

"""`tiny` against lm-eval's HF backend; the same comparison on `smollm2` is tests/benchmarks/parity_loglikelihood.py."""

from __future__ import annotations

import pytest
from lm_eval_parity import CONTEXTS, REQUESTS, Parity, compare, compare_rolling

from workbench.models.hf import HFModel


@pytest.mark.parametrize("max_length", [1024, 700])
def test_log_likelihoods_are_those_of_lm_eval(model: HFModel, max_length: int) -> None:
    model.max_length = max_length  # 700 cuts the longest context
    parity = compare(model, REQUESTS)
    assert parity == Parity(parity.difference, greedy_agrees=100, requests=100)
    assert parity.difference < 1e-3


def test_rolling_log_likelihoods_are_those_of_lm_eval(model: HFModel) -> None:
    model.max_length = 64  # the longer texts need several windows
    assert compare_rolling(model, [text for text in CONTEXTS if text]) < 1e-5

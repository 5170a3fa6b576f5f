"""Log-likelihoods of `smollm2` in float32 against lm-eval's HF backend, on 100 requests.

    python tests/benchmarks/parity_loglikelihood.py

Pulls the model if it is missing. Prints the largest differences; exits 1 if one of a request exceeds 1e-3 nats,
one of a rolling text 1e-4 nats a token, or the two disagree about what is greedy.
"""

from __future__ import annotations

import sys

from lm_eval_parity import CONTEXTS, REQUESTS, compare, compare_rolling

from workbench.models import catalog, hf
from workbench.models.machine import Settings
from workbench.workspace import model_cache

TOLERANCE = 1e-3
ROLLING_TOLERANCE = 1e-4
SHORT = 128  # tokens: forces left truncation and several rolling windows


def main() -> int:
    folder = catalog.pull("smollm2", model_cache(), lambda done, total, what: None)
    model = hf.load(folder, Settings())
    whole = compare(model, REQUESTS)
    model.max_length = SHORT
    truncated = compare(model, REQUESTS)
    rolling = compare_rolling(model, [text for text in CONTEXTS if text])
    for title, parity in (("8192 tokens of context", whole), (f"{SHORT} tokens of context", truncated)):
        greedy = f"is_greedy agrees on {parity.greedy_agrees} of {parity.requests}"
        print(f"{title}: largest difference {parity.difference:.1e} nats, {greedy}")
    print(f"rolling, {SHORT} tokens of context: largest difference {rolling:.1e} nats a token")
    close = max(whole.difference, truncated.difference) <= TOLERANCE and rolling <= ROLLING_TOLERANCE
    same = all(parity.greedy_agrees == parity.requests for parity in (whole, truncated))
    return 0 if close and same else 1


if __name__ == "__main__":
    sys.exit(main())

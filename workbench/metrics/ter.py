"""TER (Snover et al. 2006) of a corpus by sacrebleu and its defaults: edits over words of the references, times 100.

Moving a run of words counts as one edit. Lower is better; it has no upper end.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.metrics._measure import Metric, Sample, ratio
from workbench.metrics._squad import check

KIND = "texts"
TER = Metric("ter", "points", higher_is_better=False)
METRICS = (TER,)


def samples(gold: Sequence[Sequence[str]], given: Sequence[str]) -> list[Sample]:
    """Rows: the fewest edits to any reference, and the mean length of the references in words."""
    check(gold, given)
    from sacrebleu.metrics import TER as Scorer

    scorer = Scorer()
    # The statistics that sacrebleu's own bootstrap sums; it has no public name for them.
    found = [
        scorer._extract_corpus_statistics([text], [[one] for one in references or [""]])[0]
        for references, text in zip(gold, given, strict=True)
    ]
    rows = np.array(found, dtype=np.float64).reshape(-1, 2)
    return [Sample(TER, rows, lambda sums: 100 * ratio(sums[..., 0], sums[..., 1]), "there is no reference")]

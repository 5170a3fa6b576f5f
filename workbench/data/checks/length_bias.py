"""Are chosen answers longer? A model trained on such pairs learns to write more, not better."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.data.checks import Finding, Rows
from workbench.statistics.proportion import wilson

_STRONG = 0.6


def findings(rows: Rows) -> Iterator[Finding]:
    """For preferences only; the number is the share of pairs, 0..1, in which chosen has more characters than rejected.

    Pairs of equal length are left out. A warning where the 95 % interval (Wilson) leaves out one half and the share is
    at least 0.6 or at most 0.4. Whether length is what made an answer better, no count can say.
    """
    if rows.layout != "preferences":
        return
    sizes = [(len(row.answer("chosen")), len(row.answer("rejected"))) for row in rows.rows]
    unequal = [(chosen, rejected) for chosen, rejected in sizes if chosen != rejected]
    if not unequal:
        yield Finding("length-bias", None, "note", "All answers of a pair have the same length: no share to measure.")
        return
    share = wilson(sum(chosen > rejected for chosen, rejected in unequal), len(unequal))
    interval = f"{share.estimate:.1%} (95 % interval {share.low:.1%} to {share.high:.1%}, n {share.n:,})"
    biased = not share.low <= 0.5 <= share.high and abs(share.estimate - 0.5) >= _STRONG - 0.5
    yield Finding(
        "length-bias",
        share.estimate,
        "warning" if biased else "note",
        f"The chosen answer is the longer one in {interval}.",
        advice="Balance the pairs by length, or watch the length of the trained model's answers." if biased else "",
    )

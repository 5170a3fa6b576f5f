"""Rows that checks are tried on."""

from __future__ import annotations

from workbench.data.checks import Part, Row, Rows


def asked(*texts: str, labels: tuple[str, ...] | None = None) -> Rows:
    """One row a text, numbered from 1, with the labels if there are any."""
    given = labels or (None,) * len(texts)
    rows = [
        Row(number, (Part("user", text),), label=label)
        for number, (text, label) in enumerate(zip(texts, given, strict=True), 1)
    ]
    return Rows("prompts", rows)


def answered(*pairs: tuple[str, str]) -> Rows:
    """Instructions with their answers."""
    rows = [Row(n, (Part("user", q),), (Part("assistant", a),)) for n, (q, a) in enumerate(pairs, 1)]
    return Rows("alpaca", rows)


def preferred(*triples: tuple[str, str, str]) -> Rows:
    """(prompt, chosen, rejected) each."""
    rows = [
        Row(number, (Part("user", prompt),), (Part("chosen", chosen), Part("rejected", rejected)))
        for number, (prompt, chosen, rejected) in enumerate(triples, 1)
    ]
    return Rows("preferences", rows)

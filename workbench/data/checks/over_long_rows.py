"""Rows longer than the model will see: their end is cut off, or they are dropped."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.data.checks import MOST_EXAMPLES, Finding, Row, Rows, example
from workbench.text import plural


def findings(rows: Rows) -> Iterator[Finding]:
    """One finding; its number is the rows whose longest sequence has more than `max_length` tokens.

    A sequence is what is asked with one answer; of a pair, the longer. Counted are the tokens of the texts: those that
    a chat template adds (some five a turn) come on top, so that a row just below the limit may be cut all the same.
    """
    if rows.tokens is None:
        yield Finding(
            "over-long-rows", None, "note", "Tokens were not counted: no tokenizer was named.",
            advice="Name a model, whose tokenizer then counts.",
        )  # fmt: skip
        return
    lengths = [(length, row) for row in rows.rows if (length := _length(row, rows)) > rows.max_length]
    if not lengths:
        yield Finding("over-long-rows", 0, "note", f"No row has more than {rows.max_length:,} tokens.")
        return
    longest = sorted(lengths, key=lambda found: -found[0])[:MOST_EXAMPLES]
    yield Finding(
        "over-long-rows",
        len(lengths),
        "warning",
        f"{plural(len(lengths), 'row')} with more than {rows.max_length:,} tokens; the longest has {longest[0][0]:,}.",
        tuple(example(row, f"{length:,} tokens: {row.text}") for length, row in longest),
        "Raise max_length, shorten the rows, or expect their ends to be cut.",
    )


def _length(row: Row, rows: Rows) -> int:
    """Tokens of what is asked and of its longest answer."""
    count = rows.tokens or len
    answers = {part.role: row.answer(part.role) for part in row.answers}
    return count(row.question) + max((count(text) for text in answers.values()), default=0)

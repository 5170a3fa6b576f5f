"""Plain text to learn from, without questions and answers: documents, joined and cut into sequences of one length.

Each document ends with the end-of-text token; the next one follows in the same sequence, so nothing is padded and
nothing is dropped (Raffel et al. 2020; no chat template). Light: needs a tokenizer, no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from workbench.data.formats import Table
from workbench.errors import DataError, TrainingRefused
from workbench.training import preflight
from workbench.training.token_sequences import TEXT, TokenSequence, repeated

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


class TextRow(TypedDict):
    """One document."""

    text: str


@dataclass(frozen=True, slots=True)
class TokenisedText:
    """A document's token ids with the end-of-text token behind them; all of them carry loss."""

    ids: list[int]

    def sequences(self, max_length: int) -> tuple[TokenSequence, ...]:
        """Its beginning: what goes beyond `max_length` is not lost, it goes on in the next sequence."""
        return (TokenSequence(TEXT, [], self.ids[:max_length], []),)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReport(preflight.Report):
    """Counts of documents. rows = kept + empty; nothing is cut off, since the rest goes on in the next sequence.

    sequences: how many rows of at most max_length tokens they come to; tokens: of all of them, end-of-text tokens
    included; loss_tokens: all but the first of each sequence. No document contradicts another.
    """

    empty: int
    sequences: int

    @property
    def examples(self) -> int:
        """The sequences, whatever documents they are of."""
        return self.sequences


def text_rows(table: Table) -> list[TextRow]:
    """The documents of a table. DataError for another layout."""
    if table.layout != "text":
        raise DataError(f"{table.source} holds {table.layout}; needed is plain text.", 'Use one column "text".')
    return [TextRow(text=row["text"]) for row in table.rows]


def examine(
    rows: Sequence[TextRow], tokenizer: PreTrainedTokenizerBase, max_length: int
) -> tuple[list[TextRow], TextReport]:
    """The documents with any text, and the counts. TrainingRefused without any, or without an end-of-text token."""
    found = look(rows, tokenizer, max_length)
    refuse(found.report)
    return preflight.kept(rows, found.fates), found.report


def look(
    rows: Sequence[TextRow], tokenizer: PreTrainedTokenizerBase, max_length: int
) -> preflight.Look[TokenisedText, TextReport]:
    """Every document in tokens, whether it is kept, and the counts. TrainingRefused without an end-of-text token."""
    if tokenizer.eos_token_id is None:
        raise TrainingRefused(
            "The tokenizer has no end-of-text token, so the model would not learn where a text ends.",
            "Choose a model whose tokenizer has an eos_token.",
        )
    documents = [TokenisedText(_ids(row, tokenizer)) for row in rows]
    fates = ["kept" if row["text"].strip() else "empty" for row in rows]
    report = _report(preflight.kept(documents, fates), len(rows), max_length)
    return preflight.Look(documents, fates, report, int(tokenizer.eos_token_id))


def refuse(report: TextReport) -> None:
    """TrainingRefused without any text."""
    if not report.kept:
        raise TrainingRefused(f"None of the {report.rows} documents has any text.", "Choose other rows.")


def sequences(rows: Sequence[TextRow], tokenizer: PreTrainedTokenizerBase, max_length: int) -> list[list[int]]:
    """Token ids of all documents in their order, cut every `max_length` tokens; a last one of a single token is left
    out, since nothing precedes it.
    """
    return _joined([_ids(row, tokenizer) for row in rows], max_length)


def _ids(row: TextRow, tokenizer: PreTrainedTokenizerBase) -> list[int]:
    return [*tokenizer(row["text"], add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]


def _joined(documents: Sequence[list[int]], max_length: int) -> list[list[int]]:
    ids = [one for document in documents for one in document]
    cut = [ids[start : start + max_length] for start in range(0, len(ids), max_length)]
    return [one for one in cut if len(one) > 1]


def _report(kept: Sequence[TokenisedText], rows: int, max_length: int) -> TextReport:
    made = _joined([one.ids for one in kept], max_length)
    tokens = sum(map(len, made))
    return TextReport(
        rows=rows, kept=len(kept), prompt_too_long=0, truncated=0, duplicate=repeated(tuple(one.ids) for one in kept),
        contradicting=0, max_length=max_length, empty=rows - len(kept), sequences=len(made), tokens=tokens,
        loss_tokens=tokens - len(made),
    )  # fmt: skip

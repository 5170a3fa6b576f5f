"""Benchmark items among the rows: a model trained on them is tested on what it has seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from workbench.data.checks import MOST_EXAMPLES, Finding, Row, Rows, example
from workbench.data.checks._words import words
from workbench.text import plural

GRAM = 13
_LEAST_WORDS = 5

Gram = tuple[str, ...]


def findings(rows: Rows) -> Iterator[Finding]:
    """A finding for each benchmark of which an item is found, its number the items; a note where none is.

    An item is found if a run of 13 words of one of its texts stands in a row (Brown et al. 2020), or if a whole text
    of five words or more, in which case, spaces and punctuation do not count, is one of the row's texts. Paraphrases,
    translations and shorter texts are missed; a quotation that both sides took from elsewhere is found too.
    """
    if not rows.benchmarks:
        yield Finding("benchmark-overlap", None, "note", "Not measured: there are no benchmark items to compare with.")
        return
    found = overlapping(rows)
    for name, hits in found.items():
        items = {item for item, _ in hits}
        yield Finding(
            "benchmark-overlap",
            len(items),
            "error",
            f"{len(items):,} of {plural(len(rows.benchmarks[name]), 'item')} of {name} found in the rows.",
            tuple(example(row, f"item {item + 1}: {row.text}") for item, row in hits[:MOST_EXAMPLES]),
            f"Remove the rows, or do not report {name} for a model trained on them.",
        )
    if not found:
        total = sum(map(len, rows.benchmarks.values()))
        said = f"None of {plural(total, 'item')} of {plural(len(rows.benchmarks), 'benchmark')} found in the rows."
        yield Finding("benchmark-overlap", 0, "note", said)


def overlapping(rows: Rows) -> dict[str, list[tuple[int, Row]]]:
    """Benchmark -> (position of the item, the first row that holds it); benchmarks without any are absent."""
    index = _index(rows)
    found: dict[str, dict[int, Row]] = defaultdict(dict)
    for row in rows.rows:
        for part in row.parts:
            for gram in _grams(words(part.text)):
                for name, item in index.get(gram, ()):
                    found[name].setdefault(item, row)
    return {name: sorted(items.items()) for name, items in found.items()}


def _index(rows: Rows) -> dict[Gram, list[tuple[str, int]]]:
    """Every run of 13 words, and every whole text, of the items -> where it stands."""
    index: dict[Gram, list[tuple[str, int]]] = defaultdict(list)
    for name, items in rows.benchmarks.items():
        for position, texts in enumerate(items):
            for gram in {gram for text in texts for gram in _grams(words(text))}:
                index[gram].append((name, position))
    return dict(index)


def _grams(found: Sequence[str]) -> Iterator[Gram]:
    """The runs of 13 words; of a shorter text of five words or more the whole, which only an equal text can meet."""
    if _LEAST_WORDS <= len(found) < GRAM:
        yield tuple(found)
    for at in range(len(found) - GRAM + 1):
        yield tuple(found[at : at + GRAM])

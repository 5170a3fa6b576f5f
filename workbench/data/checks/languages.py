"""Which languages the rows are in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from workbench.data.checks import MOST_EXAMPLES, Finding, Row, Rows, example
from workbench.data.checks._language import guess
from workbench.text import plural

_MIXED = 0.05


def findings(rows: Rows) -> Iterator[Finding]:
    """One finding; its number is the rows in another language than the commonest. A warning from 5 % on.

    A guess by common little words (ten languages in Latin letters) and by script. Rows that do not tell (short ones,
    code, lists of names, further languages) are counted apart, in neither; a row in two languages counts for one.
    """
    found: dict[str | None, list[Row]] = defaultdict(list)
    for row in rows.rows:
        found[guess(row.text)].append(row)
    untold = found.pop(None, [])
    if not found:
        said = f"Not measured: none of {plural(len(untold), 'row')} tells its language by its little words."
        yield Finding("languages", None, "note", said)
        return
    ordered = sorted(found.items(), key=lambda pair: -len(pair[1]))
    others = [row for _, its in ordered[1:] for row in its]
    mixed = len(others) >= _MIXED * sum(map(len, found.values()))
    spread = ", ".join(f"{language}: {len(its):,}" for language, its in ordered)
    yield Finding(
        "languages",
        len(others),
        "warning" if mixed else "note",
        f"Rows by language (a guess): {spread}; not told: {len(untold):,}.",
        tuple(example(row) for row in others[:MOST_EXAMPLES]),
        "See that the mix is meant: a model learns to answer in the languages it is shown." if mixed else "",
    )

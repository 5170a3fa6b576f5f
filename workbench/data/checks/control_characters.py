"""Characters that nobody sees: control codes, overrides of the writing direction, marks of a broken decoding."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from workbench.data.checks import MOST_EXAMPLES, Finding, Row, Rows, example
from workbench.text import plural

# C0 without tab, line feed and carriage return; DEL and C1; zero-width space and byte-order mark; bidi overrides;
# the character that stands for bytes nobody could decode. Joiners are left out: emoji and Indic scripts need them.
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\ufeff\u202a-\u202e\u2066-\u2069\ufffd]")


def findings(rows: Rows) -> Iterator[Finding]:
    """One finding; its number is the rows with at least one such character."""
    found = [(row, hits) for row in rows.rows if (hits := _HIDDEN.findall(_whole(row)))]
    if not found:
        yield Finding("control-characters", 0, "note", "No row has control or invisible characters.")
        return
    kinds = Counter(f"U+{ord(hit):04X}" for _, hits in found for hit in hits)
    named = ", ".join(f"{name}: {count:,}" for name, count in kinds.most_common(MOST_EXAMPLES))
    yield Finding(
        "control-characters",
        len(found),
        "warning",
        f"{plural(len(found), 'row')} with control or invisible characters ({named}).",
        tuple(example(row, _shown(row)) for row, _ in found[:MOST_EXAMPLES]),
        "Remove them; U+FFFD means that the file was once read in a wrong encoding.",
    )


def _whole(row: Row) -> str:
    return "\n".join(part.text for part in row.parts)


def _shown(row: Row) -> str:
    """The text from shortly before the first such character on, with their names in their places."""
    text = _whole(row)
    first = _HIDDEN.search(text)
    start = max(0, first.start() - 40) if first else 0
    return _HIDDEN.sub(lambda hit: f"<U+{ord(hit.group()):04X}>", text[start:])

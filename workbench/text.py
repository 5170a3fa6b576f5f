"""Foreign text made safe for a terminal.

Model output, data sets and task files are untrusted: an escape sequence in them could move the cursor,
set the title or write the clipboard, and a bidi override could show one thing and mean another.
The store keeps the raw text; everything that paints it goes through `clean`.
"""

from __future__ import annotations

import re

# The 8-bit forms (C1) lose their one introducing character only: mis-decoded quotation marks are full of them,
# and taking what follows would hide words from a rater. So does a sequence that nobody ended.
_SEQUENCES = re.compile(
    r"\x1b\][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC: title, links, clipboard
    r"|\x1b[PX^_][^\x1b\x9c]*(?:\x1b\\|\x9c)"  # DCS, SOS, PM, APC
    r"|\x1b\[[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor
    r"|\x1b[ -/]*[0-~]?"  # other escapes
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TAB = "    "


def clean(text: str, limit: int | None = None) -> str:
    """The text without control characters, escape sequences and bidi overrides; newlines stay, tabs become spaces.

    `limit` cuts after that many characters and says how many are left out (None: whole text).
    """
    left_out = 0
    if limit is not None and len(text) > limit:
        left_out, text = len(text) - limit, text[:limit]
    text = _SEQUENCES.sub("", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", _TAB)
    text = _BIDI.sub("", _CONTROLS.sub("", text))
    text = whole(text)
    return f"{text}\n[{left_out:,} more characters not shown]" if left_out else text


def whole(text: str) -> str:
    """The text with each lone surrogate (half a character, which no file and no terminal takes) as U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def one_line(text: str, width: int) -> str:
    """Cleaned, white space folded, cut to `width` characters with an ellipsis."""
    folded = " ".join(clean(text, limit=4 * width + 200).split())
    return folded if len(folded) <= width else folded[: max(0, width - 1)] + "…"


def duration(seconds: float) -> str:
    """`8 s`, `2 min 5 s`, `1 h 20 min`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def plural(count: int, noun: str) -> str:
    """`1 pair`, `2 pairs`, `1,000 pairs`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"

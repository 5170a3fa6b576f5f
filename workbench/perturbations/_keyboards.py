"""Keyboard layouts as data, and the letters that lie beside a letter."""

from __future__ import annotations

from functools import cache

# Rows of letters from the top, each with how far (in keys) its first letter stands right of the top row's first.
Layout = tuple[tuple[str, float], ...]

LAYOUTS: dict[str, Layout] = {
    "qwerty": (("qwertyuiop", 0.0), ("asdfghjkl", 0.25), ("zxcvbnm", 0.75)),
}
_REACH = 1.3  # keys: the next in the row (1), and those above and below within .8 sideways


@cache
def neighbours(layout: str) -> dict[str, str]:
    """For each lower-case letter, the letters whose keys lie within reach, in the order of the layout."""
    keys = [
        (letter, start + i, row) for row, (line, start) in enumerate(LAYOUTS[layout]) for i, letter in enumerate(line)
    ]
    return {
        letter: "".join(
            other for other, ox, oy in keys if other != letter and (ox - x) ** 2 + (oy - y) ** 2 <= _REACH**2
        )
        for letter, x, y in keys
    }

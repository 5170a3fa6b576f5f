"""Lines that fit a terminal: words are kept whole where they fit, and no line costs more than it shows.

A line holds at most `width` cells, and at most a few characters a cell: text made of combining or
zero-width characters would otherwise send megabytes to the terminal for one line.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, get_character_cell_size

_CHARACTERS_A_CELL = 4


def wrap(text: str, width: int) -> list[str]:
    """The lines of a cleaned text at `width` cells (>= 2); an empty text has one empty line."""
    return [line for paragraph in text.split("\n") for line in _paragraph(paragraph.rstrip(), max(2, width))]


def _paragraph(text: str, width: int) -> Iterator[str]:
    if len(text) <= width and text.isascii():
        yield text
        return
    line, used = "", 0
    for word in _words(text):
        size = cell_len(word)
        if used + size <= width and len(line) + len(word) <= _CHARACTERS_A_CELL * width:
            line, used = line + word, used + size
            continue
        if line.strip():
            yield line.rstrip()
        *whole, line = _chop(word.lstrip(), width)
        yield from whole
        used = cell_len(line)
    yield line.rstrip()


def _words(text: str) -> Iterator[str]:
    """Words with the spaces before them."""
    start = at = 0
    while at < len(text):
        while at < len(text) and text[at] == " ":
            at += 1
        space = text.find(" ", at)
        at = space if space >= 0 else len(text)
        yield text[start:at]
        start = at


def _chop(word: str, width: int) -> list[str]:
    """A word in pieces of at most `width` cells; the last piece may be empty."""
    pieces, start, used = [], 0, 0
    for at, character in enumerate(word):
        size = get_character_cell_size(character)
        if used + size > width or at - start >= _CHARACTERS_A_CELL * width:
            pieces.append(word[start:at])
            start, used = at, 0
        used += size
    return [*pieces, word[start:]]

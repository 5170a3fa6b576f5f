"""Which layers of a model a person means, and which of its parameters belong to them. Light: works on names.

first 8 · last 2 · first 75% (at least one) · 0, 3, 5 (from 0) · any other text is a pattern for parameter names
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.errors import UsageError

_ENDS = re.compile(r"(first|last)\s+(\d+)\s*(%?)")
_NUMBERS = re.compile(r"\d+(\s*,\s*\d+)*")
_NUMBER = re.compile(r"\.(\d+)\.")  # model.layers.7.mlp.up_proj.weight
_EMBEDDING = re.compile(r"embed|\bwte\b|\bwpe\b")


def count(names: Sequence[str]) -> int:
    """How many layers the parameters of these names make."""
    return max((number for number in map(layer, names) if number is not None), default=-1) + 1


def layer(name: str) -> int | None:
    """The layer of a parameter; None for embeddings, final norm and head."""
    found = _NUMBER.search(name)
    return int(found[1]) if found else None


def chosen(text: str, total: int) -> list[int]:
    """The numbers of the layers that `text` names, of `total`; UsageError for none, too many, or another form."""
    if ends := _ENDS.fullmatch(text.strip()):
        many = max(1, total * int(ends[2]) // 100) if ends[3] else int(ends[2])
        wanted = list(range(many)) if ends[1] == "first" else list(range(total - many, total))
    elif _NUMBERS.fullmatch(text.strip()):
        wanted = sorted({int(number) for number in text.split(",")})
    else:
        raise UsageError(f"layers: {text!r} names no layers.", 'Write "first 8", "last 25%" or "0, 3, 5".')
    if not wanted or wanted[0] < 0 or wanted[-1] >= total:
        raise UsageError(f"layers: {text!r} does not fit a model of {total} layers (0 to {total - 1}).")
    return wanted


def frozen(text: str, names: Sequence[str]) -> list[str]:
    """The parameters to keep as they are; UsageError if the text names none.

    The first layers take the embeddings with them, for they lie below; the last ones the final norm and the head.
    """
    if not (_ENDS.fullmatch(text.strip()) or _NUMBERS.fullmatch(text.strip())):
        return _matching(text, names)
    numbers = chosen(text, count(names))
    below, above = text.strip().startswith("first"), text.strip().startswith("last")
    return [
        name
        for name in names
        if layer(name) in numbers or (layer(name) is None and (below if _EMBEDDING.search(name) else above))
    ]


def _matching(text: str, names: Sequence[str]) -> list[str]:
    try:
        found = [name for name in names if re.search(text, name)]
    except re.error as error:
        raise UsageError(f"layers: {text!r} is neither layers nor a pattern ({error}).") from error
    if not found:
        raise UsageError(f"layers: no parameter matches {text!r}.", f"One of them is called {names[0]}.")
    return found

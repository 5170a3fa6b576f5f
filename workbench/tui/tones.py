"""How much a piece of text matters, as a word: the style sheet gives each word its colour, and a sign or the
words themselves always say the same, because colour is never the only sign.
"""

from __future__ import annotations

from typing import Literal

Tone = Literal["", "strong", "muted", "accent", "good", "warn", "bad"]
TONE_CLASSES = {f"tone--{name}" for name in ("strong", "muted", "accent", "good", "warn", "bad")}

_STATES: dict[str, Tone] = {
    "running": "accent", "queued": "muted", "done": "good", "failed": "bad", "lost": "bad", "cancelled": "muted",
    "cancelling": "warn", "running (silent)": "warn",
}  # fmt: skip


def of_state(state: str) -> Tone:
    """The tone of a job's state."""
    return _STATES.get(state, "")


# better, worse, nothing to be seen, nothing to compare with
TONES: dict[str, Tone] = {"▲": "good", "▼": "bad", "=": "", "": ""}

STYLES: dict[Tone, str] = {
    "": "", "strong": "bold", "muted": "$muted", "accent": "$accent", "good": "$success", "warn": "$warning bold",
    "bad": "$error bold",
}  # fmt: skip
"""The same for a piece of Content."""

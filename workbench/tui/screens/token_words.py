"""A text coloured by how likely each of its tokens was; the numbers stand below, for colour is never the only sign."""

from __future__ import annotations

from math import exp

from workbench.records import Tokens
from workbench.tui.tones import Tone
from workbench.tui.widgets.reader import Passage

_LIKELY, _POSSIBLE, _RARE = 0.5, 0.1, 0.01  # probabilities
LEGEND = "tokens: one in two or likelier green, below one in ten yellow, below one in a hundred red; nats below"


def token_passages(tokens: Tokens, label: str = "") -> list[Passage]:
    """The text, then each token with its log-probability."""
    pieces = tuple((text, _tone(logprob)) for text, logprob in tokens)
    shown = [f"{(text.strip() or '␣') if text else '·'} {logprob:.2f}" for text, logprob in tokens]
    return [
        Passage("".join(text for text, _ in pieces).strip("\n"), label=label, pieces=_stripped(pieces)),
        Passage("  ".join(shown), "muted", " " if label else ""),
    ]


def _stripped(pieces: tuple[tuple[str, Tone], ...]) -> tuple[tuple[str, Tone], ...]:
    """Without the white space that most continuations begin with."""
    at = next((at for at, (text, _) in enumerate(pieces) if text.strip()), len(pieces))
    return tuple(
        (text.lstrip() if number == at else text, tone) for number, (text, tone) in enumerate(pieces) if number >= at
    )


def _tone(logprob: float) -> Tone:
    probability = exp(logprob)
    if probability >= _LIKELY:
        return "good"
    if probability >= _POSSIBLE:
        return ""
    return "warn" if probability >= _RARE else "bad"

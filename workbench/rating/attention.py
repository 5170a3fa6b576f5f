"""Attention: how long a rater has looked at a text. Time away from the keyboard is not effort.

Every key is a sign of life. Between two signs at most IDLE_SECONDS count, so a lunch break adds no more than a
slow reader needs for a long answer without touching a key.
"""

from __future__ import annotations

IDLE_SECONDS = 120.0
MIN_EXPOSURE_MS = 250  # a digit that comes sooner was not meant for this text


class Attention:
    """The clock of one text after another; `now` is a monotonic time in seconds."""

    def __init__(self) -> None:
        self._last: float | None = None  # the last sign of life on this text; None: it is not painted yet
        self._seconds = 0.0

    def hidden(self) -> None:
        """The text is gone, or a new one is not painted yet."""
        self._last, self._seconds = None, 0.0

    def painted(self, now: float) -> None:
        """The text is on the screen from now on."""
        self._last, self._seconds = now, 0.0

    def key(self, now: float) -> None:
        """Any key: the rater is there."""
        if self._last is not None:
            self._seconds += min(now - self._last, IDLE_SECONDS)
            self._last = now

    def milliseconds(self, now: float) -> int:
        """Attention to this text until now; 0 before it is painted."""
        if self._last is None:
            return 0
        return round(1000 * (self._seconds + min(now - self._last, IDLE_SECONDS)))

    def too_fast(self, now: float) -> bool:
        """Whether a digit now comes before the text could have been taken in."""
        return self._last is None or self.milliseconds(now) < MIN_EXPOSURE_MS

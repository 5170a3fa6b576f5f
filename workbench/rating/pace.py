"""Pace: how fast a rater goes, how long the rest will take, and whether it is time for a break."""

from __future__ import annotations

from collections import deque

RECENT = 20  # answers whose mean is the pace: it follows a rater who speeds up or tires
ENOUGH = 3  # fewer say nothing
PAUSE_SECONDS = 300.0  # so long without a key is a break


class Pace:
    """Follows one session; times are monotonic, in seconds."""

    def __init__(self, break_after: float) -> None:
        """`break_after`: seconds at work after which a break is due; 0 never reminds."""
        self._break_after = break_after
        self._recent: deque[float] = deque(maxlen=RECENT)
        self._since: float | None = None  # the begin of this stretch of work
        self._last: float | None = None
        self._reminded = False

    def key(self, now: float) -> None:
        """Any key; after a long enough stretch without one, a new stretch of work begins."""
        if self._last is None or now - self._last >= PAUSE_SECONDS:
            self._since, self._reminded = now, False
        self._last = now

    def judged(self, milliseconds: int) -> None:
        """An answer, or a pair, is done with, after so much attention."""
        self._recent.append(milliseconds / 1000)

    @property
    def seconds(self) -> float | None:
        """Seconds of attention an answer; None while too few are judged."""
        return sum(self._recent) / len(self._recent) if len(self._recent) >= ENOUGH else None

    def left(self, answers: int) -> float | None:
        """Seconds that so many answers will take at this pace; None while it is not known."""
        return None if self.seconds is None else answers * self.seconds

    def break_due(self, now: float) -> int | None:
        """Minutes at work without a break, told once a stretch when it is time for one; else None."""
        if not self._break_after or self._since is None or self._reminded or now - self._since < self._break_after:
            return None
        self._reminded = True
        return round((now - self._since) / 60)

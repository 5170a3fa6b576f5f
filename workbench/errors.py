"""Errors that a user can mend: one clear sentence, and a way out.

    WorkbenchError            base: the message names the value and the place, the hint says what to do
    |-- UsageError            the request itself is wrong (unknown name, impossible value); exit code 2
    |   |-- UnknownName       a name that is not registered; carries the nearest valid ones
    |   `-- UnknownNumber     a number that no row has; carries the last one
    |-- DataError             a file, row or column cannot be used
    |-- ModelError            a model cannot be found, fetched, loaded or asked
    |-- StoreError            the workspace database cannot be opened, read or written
    |   `-- StoreBusy         another process held the lock for too long; nothing was written
    |-- JobError              a job cannot be queued, found, cancelled or resumed
    |   `-- Cancelled         raised inside a job when its cancellation was asked for
    |-- TrainingRefused       a training run would go wrong silently; the message says how
    `-- TrainingStopped       a training run could not go on; its last checkpoint stays

Everything else keeps its traceback: it is a defect of ours.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class WorkbenchError(Exception):
    """Base of all errors a user can mend.

    `message` is one sentence; `hint` (None: there is none) is the next thing to try.
    `exit_code` is what the command line returns: 1 failed, 2 wrong use.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class UsageError(WorkbenchError):
    """The request is wrong before anything runs."""

    exit_code = 2


class UnknownName(UsageError):
    """A name that is not among the known ones; the hint names the nearest, or all of them."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        choices = sorted(known)
        near = difflib.get_close_matches(name, choices, n=3, cutoff=0.5)
        if near:
            hint = f"Did you mean {' or '.join(near)}?"
        elif choices:
            hint = f"Known: {', '.join(choices)}."
        else:
            hint = f"There is no {what} yet."
        super().__init__(f"Unknown {what} {name!r}.", hint)
        self.name = name


class UnknownNumber(UsageError):
    """A number that no row has; no other is nearer to what was meant, so the hint names the last (None: no row)."""

    def __init__(self, what: str, number: int, last: int | None) -> None:
        hint = "There is none yet." if last is None else f"The last is {last}."
        super().__init__(f"There is no {what} {number}.", hint)


class DataError(WorkbenchError):
    """A file, row or column cannot be used; the message names all three where they are known."""


class ModelError(WorkbenchError):
    """A model cannot be found, fetched, loaded or asked."""


class StoreError(WorkbenchError):
    """The workspace database cannot be opened, read or written."""


class StoreBusy(StoreError):
    """Another process held the database for too long; nothing was written."""


class JobError(WorkbenchError):
    """A job cannot be queued, found, cancelled or resumed."""


class Cancelled(JobError):
    """Raised inside a job when its cancellation was asked for; what it had written stays."""


class TrainingRefused(WorkbenchError):
    """A training run would go wrong without a word; the message says how, the hint what works."""


class TrainingStopped(WorkbenchError):
    """A training run could not go on; its last whole checkpoint stays, and resuming goes on from it."""

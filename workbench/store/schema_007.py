"""The seventh migration: a job that waits for another one, such as the second stage of a training."""

from __future__ import annotations

SEVENTH = (
    # it is claimed once that job is done; NULL: whenever it is its turn
    "ALTER TABLE jobs ADD COLUMN after_job INTEGER REFERENCES jobs(id)",
)

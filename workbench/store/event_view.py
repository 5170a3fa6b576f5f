"""A table that shows what the events say now: compared with them, and made again from them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from workbench.store.connection import Store


@dataclass(frozen=True, slots=True)
class EventView:
    """`said` is the query that gives the rows of `table` from the events alone, with its `columns` in their order."""

    table: str
    columns: str
    said: str

    @property
    def _stored(self) -> str:
        return f"SELECT {self.columns} FROM {self.table}"

    @property
    def _unsaid(self) -> str:
        return f"SELECT * FROM ({self._stored} EXCEPT {self.said})"

    @property
    def _missing(self) -> str:
        return f"SELECT * FROM ({self.said} EXCEPT {self._stored})"

    def differences(self, store: Store) -> int:
        """How many rows of the table and of the events' own view disagree; 0 in a sound database."""
        return int(store.value(f"SELECT COUNT(*) FROM ({self._unsaid} UNION ALL {self._missing})"))

    def unsaid(self, store: Store, most: int) -> list[sqlite3.Row]:
        """Rows of the table that no event says, `most` of them."""
        return store.read(f"{self._unsaid} LIMIT ?", (most,))

    def missing(self, store: Store, most: int) -> list[sqlite3.Row]:
        """Rows that the events say and the table lacks, `most` of them."""
        return store.read(f"{self._missing} LIMIT ?", (most,))

    def rebuild(self, db: sqlite3.Connection) -> None:
        """Make the table again, within a write transaction."""
        db.execute(f"DELETE FROM {self.table}")
        db.execute(f"INSERT INTO {self.table} ({self.columns}) {self.said}")

"""A thread with a store of its own, so that the event loop never waits for the disk, the lock or a long query."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from workbench.store import Store, open_store
from workbench.workspace import Workspace

T = TypeVar("T")


class StoreThread:
    """Runs operations one after the other. Thread and store begin with the first one."""

    def __init__(self, workspace: Workspace, name: str) -> None:
        self._workspace = workspace
        self._store: Store | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, operation: Callable[[Store], T]) -> T:
        """The operation's result; what it raises is raised here."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, operation)

    def close(self, last: Callable[[Store], object] | None = None) -> None:
        """Close once everything that was asked for is done, then `last`; the interpreter waits for that too.

        What `last` raises is dropped: nobody is left to be told.
        """
        self._thread.submit(self._close, last)
        self._thread.shutdown(wait=False)

    def _run(self, operation: Callable[[Store], T]) -> T:
        if self._store is None:
            self._store = open_store(self._workspace)
        return operation(self._store)

    def _close(self, last: Callable[[Store], object] | None) -> None:
        if self._store is None:
            return
        try:
            if last:
                last(self._store)
        finally:
            self._store.close()

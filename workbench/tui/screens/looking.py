"""A screen that looks at the store in the background: what it shows may take long to count, and no key waits for it."""

from __future__ import annotations

from typing import Generic, TypeVar

from workbench.store import Store
from workbench.tui.screens.base import WorkbenchScreen, unless_gone

Found = TypeVar("Found")


class LookingScreen(WorkbenchScreen[None], Generic[Found]):
    """One look at a time; what changes during a look is seen by the next."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = False  # something changed since the look that is under way
        self._looking = False

    def look(self, store: Store) -> Found:
        """Read what the screen shows; called in another thread."""
        raise NotImplementedError

    def take(self, found: Found) -> None:
        """Show what was read."""
        raise NotImplementedError

    def refresh_from_store(self) -> None:
        self._asked = True
        if not self._looking:
            self._looking = True
            self.run_worker(self._look())

    async def _look(self) -> None:
        while self._asked:
            self._asked = False
            found = await self.workbench.read(self.look)
            if found is not None:
                with unless_gone():
                    self.take(found)
        self._looking = False

"""The store: everything that must not be lost, in one SQLite file a workspace. The only SQL of the program.

    from workbench.store import judgments, open_store
    with open_store(workspace) as store:
        judgments.append(store, event)

One module a noun; each function takes the store first. The hot path (open, read, poll, write a judgment)
is the standard library's sqlite3; sqlite-utils is imported only to migrate.
"""

from workbench.store.clock import utc_now
from workbench.store.connection import Store, open_store

__all__ = ["Store", "open_store", "utc_now"]

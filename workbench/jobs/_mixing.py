"""The data sets that a mixture names, each as a file of rows in our layout; nothing enters the catalog."""

from __future__ import annotations

from pathlib import Path

from workbench.data import files, imports
from workbench.data.layouts import Layout
from workbench.data.mixtures.pool import Given
from workbench.data.splits import Split, of
from workbench.jobs import _benchmark_items, _inputs
from workbench.store import Store, data
from workbench.workspace import Workspace


def check(store: Store, reference: str) -> Path:
    """Where a data set or a file lies; UnknownName, or DataError for a broken file and for a benchmark's items."""
    path = _inputs.data_file(store, reference)
    _benchmark_items.refuse(store, reference)
    if reference in data.names(store):
        files.size(path)  # says what is wrong with the place
    else:
        imports.look(str(path), None, {})
    return path


def given(store: Store, reference: str, scratch: Workspace) -> Given:
    """A set of the catalog where it lies; a bundled set or a file read into `scratch`, checked and in our layout.

    What an import of the same rows held out is held out of these too.
    """
    path = check(store, reference)
    if reference in data.names(store):
        one = data.by_name(store, reference)
        layout: Layout = _inputs.layout_of(store, reference)
        return Given(one.name, path, layout, of(one.card), one.fingerprint)
    found = imports.bring_in(imports.source(str(path)), scratch, None, {}, Split(), lambda *_: None)
    kept = found.kept
    return Given(path.stem, kept.path, found.meant.layout, _inputs.split_of(store, kept.fingerprint), kept.fingerprint)

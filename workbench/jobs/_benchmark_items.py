"""The items of the benchmarks that come along, by whatever name or path they are meant: nobody may train on them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.data import imports, sources
from workbench.data.splits import Split
from workbench.errors import DataError
from workbench.jobs import _inputs
from workbench.store import Store
from workbench.tasks import index
from workbench.workspace import Workspace


def refuse(store: Store, reference: str) -> None:
    """DataError for a data set or a file of a benchmark's items; UnknownName if nothing is called that."""
    name = benchmark(_inputs.data_file(store, reference))
    if name is not None:
        raise DataError(
            f"{reference} is a benchmark of this program{_called(name, reference)}: its items are for evaluation only.",
            "Train on other rows, or the benchmark measures what was learned by heart.",
        )


def benchmark(path: Path) -> str | None:
    """The benchmark whose items a file holds, as they come along or as an import keeps them; None for other rows."""
    known = _known()
    sizes = {size for size, _ in known}
    size = path.stat().st_size if path.is_file() else 0
    return known.get((size, sources.sha256(path))) if size in sizes else None


def _called(name: str, reference: str) -> str:
    return "" if name == reference else f" ({name})"


@cache
def _known() -> dict[tuple[int, str], str]:
    """(bytes, SHA-256) of each file -> the benchmark; some have a layout that no import takes."""
    found = {}
    with TemporaryDirectory() as folder:
        scratch = Workspace(Path(folder))
        for name in index.bundled():
            path = sources.bundled_path(name)
            found[path.stat().st_size, sources.sha256(path)] = name
            try:
                kept = imports.bring_in(imports.source(str(path)), scratch, None, {}, Split(), lambda *_: None).kept
            except DataError:
                continue
            found[kept.path.stat().st_size, kept.fingerprint] = name
    return found

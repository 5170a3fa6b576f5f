"""A registered name is a file name: adding a thing is adding a file.

`names()` lists the modules of a package without importing any of them, so a form or a shell
completion costs a directory listing; `get()` imports one module when it is used.
Dashes in names stand for underscores in file names (`train-dpo` is `train_dpo.py`).
"""

from __future__ import annotations

import importlib
import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

from workbench.errors import UnknownName


@cache
def names(package: str) -> tuple[str, ...]:
    """The public modules of a package, sorted, as registered names; the package is not imported further."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{package} is not a package")
    folder = Path(next(iter(spec.submodule_search_locations)))
    files = (path.stem for path in folder.glob("*.py"))
    return tuple(sorted(stem.replace("_", "-") for stem in files if not stem.startswith("_")))


def get(package: str, name: str, what: str = "name") -> ModuleType:
    """Import the module registered under `name`; UnknownName with the nearest ones otherwise."""
    known = names(package)
    if name not in known:
        raise UnknownName(what, name, known)
    return importlib.import_module(f"{package}.{name.replace('-', '_')}")

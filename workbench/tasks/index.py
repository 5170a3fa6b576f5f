"""Which tasks there are, by name, without importing lm-eval (its own index takes seconds).

Bundled tasks are YAML files beside this module; the installed ones are found by a look through lm-eval's
folder for lines `task: NAME`, kept in the user's cache until lm-eval changes.
"""

from __future__ import annotations

import importlib.util
import json
import re
from importlib.metadata import version
from pathlib import Path

from workbench.errors import UnknownName
from workbench.workspace import model_cache

_TASK = re.compile(r"^task:\s*['\"]?([\w.:/-]+)['\"]?\s*(?:#.*)?$", re.MULTILINE)
_BUNDLED = Path(__file__).parent / "bundled"


def bundled() -> dict[str, Path]:
    """Name -> YAML file of the tasks that come with the program."""
    return {path.stem: path for path in sorted(_BUNDLED.glob("*.yaml"))}


def installed() -> dict[str, Path]:
    """Name -> YAML file of lm-eval's own tasks; the first look takes a second or two."""
    kept = model_cache() / f"lm_eval-{version('lm_eval')}-tasks.json"
    if kept.is_file():
        return {name: Path(path) for name, path in json.loads(kept.read_text(encoding="utf-8")).items()}
    found = _look()
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    part.write_text(json.dumps({name: str(path) for name, path in found.items()}), encoding="utf-8")
    part.replace(kept)
    return found


def path(name: str) -> Path:
    """The definition of a task; a bundled one wins. UnknownName with the nearest names otherwise."""
    ours = bundled()
    if name in ours:
        return ours[name]
    theirs = installed()
    if name not in theirs or not theirs[name].is_file():
        raise UnknownName("task", name, {*ours, *theirs})
    return theirs[name]


def _look() -> dict[str, Path]:
    spec = importlib.util.find_spec("lm_eval")
    if spec is None or spec.origin is None:
        return {}
    found: dict[str, Path] = {}
    for file in sorted((Path(spec.origin).parent / "tasks").rglob("*.yaml")):
        named = _TASK.search(file.read_text(encoding="utf-8", errors="replace"))
        if named:
            found.setdefault(named[1], file)
    return found

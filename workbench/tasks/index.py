"""Which tasks there are, by name, without importing lm-eval (its own index takes seconds).

Bundled tasks are YAML files beside this module; the installed ones are found by a look through lm-eval's
folder for lines `task: NAME`, `group: NAME` and `tag: NAME`, kept in the user's cache until lm-eval changes.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from workbench.errors import UnknownName
from workbench.workspace import model_cache

_NAME = r"['\"]?([\w.:/-]+)['\"]?"
_TAGGED = re.compile(rf"^['\"]?tag['\"]?:[ \t]*(?:{_NAME}|((?:\n\s*-\s*[^\n]+)+))", re.MULTILINE)
_NAMED = re.compile(rf"^['\"]?(?:task|group)['\"]?:\s*{_NAME}\s*(?:#.*)?$", re.MULTILINE)
_BUNDLED = Path(__file__).parent / "bundled"
_SUFFIXES = (".yaml", ".yml")


def bundled() -> dict[str, Path]:
    """Name -> YAML file of the tasks that come with the program."""
    return {path.stem: path for path in sorted(_BUNDLED.glob("*.yaml")) if not path.stem.startswith("_")}


def installed() -> dict[str, str]:
    """Name -> YAML file of lm-eval's own tasks and groups; the first look takes a second or two."""
    return _known()[0]


def tagged() -> dict[str, list[str]]:
    """Tag -> names of lm-eval's own tasks that bear it."""
    return _known()[1]


def search(words: Sequence[str]) -> list[str]:
    """The names, bundled ones first, that hold every one of the words."""
    wanted = [word.casefold() for word in words]
    known = dict.fromkeys([*bundled(), *sorted(installed())])
    return [name for name in known if all(word in name.casefold() for word in wanted)]


def path(name: str) -> Path:
    """The definition of a task or group; a bundled one wins, a YAML file may be named too.

    UnknownName with the nearest names otherwise.
    """
    if is_foreign(name):
        return Path(name)
    ours = bundled()
    if name in ours:
        return ours[name]
    theirs = installed()
    if name not in theirs or not Path(theirs[name]).is_file():
        raise UnknownName("task", name, {*ours, *theirs})
    return Path(theirs[name])


def is_foreign(name: str) -> bool:
    """Whether a YAML file of the user's is meant, which is not trusted."""
    return name.endswith(_SUFFIXES) and Path(name).is_file()


def _known() -> tuple[dict[str, str], dict[str, list[str]]]:
    kept = model_cache() / f"lm_eval-{version('lm_eval')}-names.json"
    if kept.is_file():
        files, tags = json.loads(kept.read_text(encoding="utf-8"))
        if all(Path(file).is_file() for file in list(files.values())[:1]):  # else lm-eval was installed elsewhere
            return files, tags
    found = _look()
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    part.write_text(json.dumps(found), encoding="utf-8")
    part.replace(kept)
    return found


def _look() -> tuple[dict[str, str], dict[str, list[str]]]:
    spec = importlib.util.find_spec("lm_eval")
    if spec is None or spec.origin is None:
        return {}, {}
    files: dict[str, str] = {}
    tags: dict[str, list[str]] = {}
    for file in sorted((Path(spec.origin).parent / "tasks").rglob("*.yaml")):
        words = file.read_text(encoding="utf-8", errors="replace")
        for name in _NAMED.findall(words):
            files.setdefault(name, str(file))
            for tag in _tags(words):
                tags.setdefault(tag, []).append(name)
    return files, tags


def _tags(words: str) -> list[str]:
    found = _TAGGED.search(words)
    if not found:
        return []
    return [found[1]] if found[1] else [line.strip("- \t'\"") for line in found[2].split("\n") if line.strip()]

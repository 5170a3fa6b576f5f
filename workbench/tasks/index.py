"""Which tasks there are, by name, without importing lm-eval (its own index takes seconds).

Bundled tasks are YAML files beside this module; the installed ones are found by a look through lm-eval's
14,000 files for lines `task: NAME`, `group: NAME` and `tag: NAME`, kept in the user's cache until lm-eval is
installed anew.
Setting up a checkout looks once (`python -m workbench.tasks.index`), so that no screen waits for it.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from workbench.errors import UnknownName, UsageError
from workbench.workspace import model_cache

_NAME = r"['\"]?([\w.:/-]+)['\"]?"
_TAGGED = re.compile(rf"^['\"]?tag['\"]?:[ \t]*(?:{_NAME}|((?:\n\s*-\s*[^\n]+)+))", re.MULTILINE)
_NAMED = re.compile(rf"^['\"]?(?:task|group)['\"]?:\s*{_NAME}\s*(?:#.*)?$", re.MULTILINE)
_BUNDLED = Path(__file__).parent / "bundled"
_SUFFIXES = (".yaml", ".yml")
MEMBER = "::"  # between a group and a task as that group has it


def bundled() -> dict[str, Path]:
    """Name -> YAML file of the tasks that come with the program."""
    return {path.stem: path for path in sorted(_BUNDLED.glob("*.yaml")) if not path.stem.startswith("_")}


def installed() -> dict[str, str]:
    """Name -> YAML file of lm-eval's own tasks and groups; the first look on a machine takes two seconds."""
    return _known()[0]


def tagged() -> dict[str, list[str]]:
    """Tag -> names of lm-eval's own tasks that bear it."""
    return _known()[1]


def known() -> set[str]:
    """All names: of tasks, groups and tags."""
    return {*bundled(), *installed(), *tagged()}


def search(words: Sequence[str]) -> list[str]:
    """The names, bundled ones first, that hold every one of the words."""
    wanted = [word.casefold() for word in words]
    names = dict.fromkeys([*bundled(), *sorted(known())])
    return [name for name in names if all(word in name.casefold() for word in wanted)]


def path(name: str) -> Path:
    """The definition of a task or group, for GROUP::TASK the group's; a bundled one wins, a YAML file may be named too.

    UnknownName with the nearest names otherwise, tags among them: they have no file.
    """
    name = name.partition(MEMBER)[0]
    if is_foreign(name):
        return Path(name)
    ours = bundled()
    if name in ours:
        return ours[name]
    theirs = installed()
    if name.endswith(_SUFFIXES):
        raise UsageError(
            f"There is no file {Path(name).absolute()}.", "Name a task (bench tasks WORDS), or a YAML file."
        )
    if name not in theirs or not Path(theirs[name]).is_file():
        raise UnknownName("task", name, known())
    return Path(theirs[name])


def is_foreign(name: str) -> bool:
    """Whether a YAML file of the user's is meant, or a task in it; it is not trusted."""
    file = name.partition(MEMBER)[0]
    return file.endswith(_SUFFIXES) and Path(file).is_file()


def _known() -> tuple[dict[str, str], dict[str, list[str]]]:
    spec = importlib.util.find_spec("lm_eval")  # asking for its version would cost more than all the rest
    if spec is None or spec.origin is None:
        return {}, {}
    package = Path(spec.origin)
    return _kept(package.parent, model_cache() / f"lm_eval-{package.stat().st_mtime_ns}-names.json")


@cache
def _kept(package: Path, kept: Path) -> tuple[dict[str, str], dict[str, list[str]]]:
    if kept.is_file():
        files, tags = json.loads(kept.read_text(encoding="utf-8"))
        if all(Path(file).is_file() for file in list(files.values())[:1]):  # else lm-eval was installed elsewhere
            return files, tags
    found = _look(package)
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    part.write_text(json.dumps(found), encoding="utf-8")
    part.replace(kept)
    return found


def _look(package: Path) -> tuple[dict[str, str], dict[str, list[str]]]:
    files: dict[str, str] = {}
    tags: dict[str, list[str]] = {}
    for file in sorted((package / "tasks").rglob("*.yaml")):
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


if __name__ == "__main__":
    installed()

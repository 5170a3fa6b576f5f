"""Which tasks there are, by name, without importing lm-eval (its own index takes seconds).

Bundled tasks are YAML files beside this module; the installed ones are found by a look through lm-eval's
14,000 files, and what they include, for lines `task: NAME`, `group: NAME` and `tag: NAME`, kept in the user's cache
until lm-eval is installed anew. Opening that many files takes half a second, whatever is read of them.
Setting up a checkout looks once (`python -m workbench.tasks.index`), so that no screen waits for it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from workbench.errors import UnknownName, UsageError
from workbench.workspace import model_cache

# a key at the beginning of a line, what stands beside it, and the list below it
_KEY = re.compile(rb"^['\"]?(task|group|tag|include|class)['\"]?:[ \t]*([^\n]*)((?:\n[ \t]*-[^\n]*)*)", re.MULTILINE)
_Keys = dict[bytes, list[str]]
_BUNDLED = Path(__file__).parent / "bundled"
_SUFFIXES = (".yaml", ".yml")
MEMBER = "::"  # between a group and a task as that group has it


def bundled() -> dict[str, Path]:
    """Name -> YAML file of the tasks that come with the program."""
    return {path.stem: path for path in sorted(_BUNDLED.glob("*.yaml")) if not path.stem.startswith("_")}


def installed() -> dict[str, str]:
    """Name -> YAML file of lm-eval's own tasks and groups; the first look on a machine takes half a second."""
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
    return _kept(package.parent, model_cache() / f"lm_eval-{package.stat().st_mtime_ns}-task-names.json")


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
    """As lm-eval registers them: in the order of the files, the first of a name; a group, if the file names one."""
    files: dict[str, str] = {}
    tags: dict[str, list[str]] = {}
    included: dict[str, _Keys] = {}
    for file in sorted(_yaml_files(str(package / "tasks"))):
        keys = _keys(file, included)
        grouped = b"group" in keys and b"class" not in keys
        (name, *others) = keys.get(b"group" if grouped else b"task") or [""]
        if name and not others and name not in files:
            files[name] = file
            for tag in [] if grouped else keys.get(b"tag", []):
                tags.setdefault(tag, []).append(name)
    return files, tags


def _yaml_files(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _yaml_files(entry.path)
            elif entry.name.endswith(".yaml"):
                yield entry.path


def _keys(file: str, included: dict[str, _Keys]) -> _Keys:
    """What stands under the keys that name a task; a file's own before those of the files it includes."""
    handle = os.open(file, os.O_RDONLY)  # Path.read_text takes three times as long, 14,000 times
    try:
        words = os.read(handle, os.fstat(handle).st_size)
    finally:
        os.close(handle)
    own = {key: _values(beside, below) for key, beside, below in _KEY.findall(words)}
    keys: _Keys = {}
    for one in own.pop(b"include", []):
        path = os.path.normpath(os.path.join(os.path.dirname(file), one))
        if path not in included:
            included[path] = {}  # a file that includes itself ends here
            included[path] = _keys(path, included) if os.path.isfile(path) else {}
        keys |= included[path]
    return keys | own


def _values(beside: bytes, below: bytes) -> list[str]:
    """A value, a list in brackets, or a list below its key; what follows a # is no part of it."""
    plain = beside.partition(b" #")[0].strip()
    listed = plain.strip(b"[]").split(b",") if plain and not plain.startswith(b"#") else below.split(b"\n")[1:]
    values = (one.partition(b" #")[0].strip(b" \t\r-").strip(b"'\"") for one in listed)
    return [one.decode("utf-8", "replace") for one in values if one]


if __name__ == "__main__":
    installed()

"""Generated sections of the README: keys from the action table, tree from docstrings, schema from a database."""

from __future__ import annotations

import ast
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from workbench.store import open_store
from workbench.workspace import Workspace

ROOT = Path(__file__).parent.parent
TOP = {
    "bin/": "`workbench` and `test` (set up .venv, then run), `readme`",
    "workbench/": "the program; imports point downwards only (see pyproject.toml)",
    "rubrics/": "what raters judge by: TOML",
    "datasets/": "bundled data with cards (never Python)",
    "templates/": "wordings of tasks for mixtures: TOML",
    "tests/": "the tests; `benchmarks/` measures",
    "screenshots/": "pictures made from the running program",
}


def keys() -> str:
    """The key table."""
    from workbench.tui.actions import markdown

    return markdown()


def tree() -> str:
    """Top-level folders, then each package and module of workbench with the first sentence of its docstring."""
    lines = [f"    {name:<22}{text}" for name, text in TOP.items()]
    at = [line.startswith("    workbench/") for line in lines].index(True) + 1
    return "\n".join(lines[:at] + [f"      {name:<20}{text}" for name, text in _modules()] + lines[at:])


def schema() -> str:
    """Every table with its columns, as a new database has them."""
    with tempfile.TemporaryDirectory() as folder, open_store(Workspace(Path(folder))) as store:
        tables = store.read("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'"
                            " AND name NOT LIKE 'sqlite%' ORDER BY rowid")  # fmt: skip
        rows = [
            (name, [row["name"] for row in store.read(f"PRAGMA table_info({name})")]) for (name,) in map(tuple, tables)
        ]
    return "\n".join(
        ["| table | columns |", "|---|---|", *(f"| {name} | {', '.join(columns)} |" for name, columns in rows)]
    )


SECTIONS: dict[str, Callable[[], str]] = {"keys": keys, "tree": tree, "schema": schema}


def rendered(text: str) -> str:
    """The README with its sections made anew."""
    for name, make in SECTIONS.items():
        section = f"<!-- {name} -->\n{make()}\n<!-- /{name} -->"
        text = re.sub(rf"<!-- {name} -->.*<!-- /{name} -->", lambda _: section, text, flags=re.DOTALL)  # noqa: B023
    return text


def main() -> int:
    readme = ROOT / "README.md"
    before = readme.read_text(encoding="utf-8")
    after = rendered(before)
    if "--check" in sys.argv[1:]:
        print("README.md is current" if before == after else "README.md is out of date: run bin/readme")
        return int(before != after)
    readme.write_text(after, encoding="utf-8")
    return 0


def _modules() -> list[tuple[str, str]]:
    package = ROOT / "workbench"
    folders = [path.parent for path in package.glob("*/__init__.py")]
    entries = [(f"{folder.name}/", folder / "__init__.py") for folder in folders]
    entries += [(path.name, path) for path in package.glob("*.py") if path.name != "__init__.py"]
    return [(name, _first_sentence(path)) for name, path in sorted(entries)]


def _first_sentence(path: Path) -> str:
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return re.split(r"(?<=[.])\s", " ".join(doc.split("\n\n")[0].split()))[0].rstrip(".:;")


if __name__ == "__main__":
    sys.exit(main())

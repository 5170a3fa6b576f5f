"""A long file of rows: importing it against the datasets library's own json loader, each in a process of its own.

    python tests/benchmarks/import_1gb.py [--megabytes 1000] [--folder DIR]

The file is made on the spot (instructions with answers, one object a line) and removed at the end. Printed are seconds
and the largest resident memory of each, above that of the same process before it reads, and their ratios. The import
does more: it checks every row against its layout and writes it under the hash of its content, in Python.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

WORDS = [
    "river", "stone", "kettle", "winter", "garden", "letter", "engine", "window", "morning", "paper", "yellow",
    "quiet", "travel", "bridge", "summer",
]  # fmt: skip


def make(path: Path, megabytes: int) -> int:
    """A jsonl file of about that size; its rows."""
    rng, rows, size = random.Random(0), 0, 0
    with path.open("w", encoding="utf-8") as file:
        while size < megabytes * 10**6:
            answer = " ".join(rng.choices(WORDS, k=rng.randint(20, 150)))
            row = {
                "instruction": f"Number {rows}: {' '.join(rng.choices(WORDS, k=12))}?",
                "input": "",
                "output": answer,
            }
            size += file.write(json.dumps(row) + "\n")
            rows += 1
    return rows


def ours(path: Path, folder: Path) -> int:
    """Import as the job does; the rows kept."""
    from workbench.data import imports
    from workbench.data.splits import Split
    from workbench.workspace import Workspace

    source = imports.source(str(path))
    found = imports.bring_in(source, Workspace(folder), None, {}, Split(), lambda *_: None)
    return found.kept.rows


def theirs(path: Path, folder: Path) -> int:
    """`load_dataset("json")` into a cache of its own; its rows."""
    import datasets

    loaded = datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=str(folder))
    return len(loaded)


def measured(who: str, path: Path, folder: Path) -> dict[str, Any]:
    """One of the two in this process: rows, seconds, and the memory that reading added, in MB."""
    if who == "ours":
        import workbench.data.imports  # noqa: F401  loading the program is not what is compared
    else:
        import datasets

        datasets.disable_progress_bars()
    before, began, cpu = _peak(), time.monotonic(), time.process_time()
    rows = (ours if who == "ours" else theirs)(path, folder)
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    return {"rows": rows, "seconds": seconds, "cpu seconds": cpu, "added": _peak() - before, "before": before}


def in_a_process(who: str, path: Path, folder: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--measure", who, "--file", str(path), "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--folder", type=Path, default=None, help="where there is room for twice that")
    parser.add_argument("--measure", choices=("ours", "theirs"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measured(given.measure, given.file, given.folder)))
        return
    folder = Path(tempfile.mkdtemp(dir=given.folder))
    try:
        path = folder / "rows.jsonl"
        rows = make(path, given.megabytes)
        print(f"{path.stat().st_size / 1e6:,.0f} MB, {rows:,} rows")
        found = {}
        for who in ("ours", "theirs"):
            found[who] = in_a_process(who, path, folder / who)
            assert found[who]["rows"] == rows, found[who]
            shutil.rmtree(folder / who)
            print(who, ", ".join(f"{name} {value:,.1f}" for name, value in found[who].items()), flush=True)
        for name in ("seconds", "cpu seconds", "added"):
            print(f"{name}: ours / theirs = {found['ours'][name] / found['theirs'][name]:.2f}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

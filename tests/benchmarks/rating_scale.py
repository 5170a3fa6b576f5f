"""A workspace of many judgments: Rate's first paint and keys, `agree`, and exports in seconds and in memory.

    python tests/benchmarks/rating_scale.py [--quick] [--sizes 100000 1000000] [--words 60] [--folder DIR]

Prompts and answers are `--words` words drawn from 5,000, so that every prompt is compared with its like, and a tenth of
the prompts is for evaluation only. Each line of the second part is a process of its own: seconds, and the most resident
memory beyond that of the same process before it begins. `read` is the peer: the same database read from end to end by
sqlite3 alone, a row of judgment, answer and prompt at a time; `first` is what a preview shows before the rest is read.
A folder that is given is kept, and what was made in it is used again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

SIZES, QUICK = (100_000, 1_000_000), (10_000,)
OF_SCORES = ("preferences", "kto", "ratings")
PAINTS, KEYS = 5, 60


def make(folder: Path, size: int, words: int) -> int:
    """Scores in one workspace, comparisons in a second one."""
    from bulk_workspaces import with_comparisons, with_judgments

    for name, made in (("scores", with_judgments), ("comparisons", with_comparisons)):
        if not (folder / name).exists():
            made(folder / f"{name}.part", size, words=words)
            (folder / f"{name}.part").rename(folder / name)
    return size


# --- each in a process of its own ---


def read(folder: Path) -> int:
    """Every judgment with its texts, read as SQLite gives them; their number."""
    import sqlite3

    found = sqlite3.connect(folder / "workbench.db").execute(
        "SELECT j.*, c.text, p.messages FROM judgments j JOIN completions c ON c.id = j.completion_id"
        " JOIN prompts p ON p.id = c.prompt_id"
    )
    return sum(1 for _ in found)


def agree(folder: Path) -> int:
    """Every finding; the scores they are made from."""
    from workbench.store import open_store
    from workbench.views.agree import Question
    from workbench.views.agree import agree as found
    from workbench.workspace import Workspace

    with open_store(Workspace(folder)) as store:
        return found(store, Question()).scores


def preview(folder: Path, kind: str, whole: bool) -> int:
    """What the screen shows before an export, all of it or the first of it; the rows kept."""
    from workbench import jobs as kinds
    from workbench.store import open_store
    from workbench.views.exports import export_previews
    from workbench.workspace import Workspace

    with open_store(Workspace(folder)) as store:
        first, *rest = islice(export_previews(store, kinds.parse(f"export-{kind}", {}), 200), None if whole else 1)
        return [first, *rest][-1].counts["kept"]


def export(folder: Path, kind: str) -> int:
    """The whole job; the rows written."""
    from workbench import jobs as kinds
    from workbench.store import jobs, open_store
    from workbench.worker.context import WarmModel, WorkerContext
    from workbench.workspace import Workspace

    with open_store(Workspace(folder)) as store:
        spec = kinds.parse(f"export-{kind}", {})
        jobs.enqueue(store, spec, "light", "export")
        job = jobs.claim(store, "light", 1, 0.0, "here")
        assert job is not None
        result = kinds.execute(WorkerContext(store, job, WarmModel()), spec)
        jobs.finish(store, job.id, "done", result=result)
    return int(result["rows"])


def measured(what: str, folder: Path) -> dict[str, Any]:
    """One of them in this process."""
    import numpy  # noqa: F401  loading the program is not what is measured

    import workbench.jobs.export_kto
    import workbench.views.agree
    import workbench.worker.context  # noqa: F401

    known = {"read": read, "agree": agree, "first": lambda place: preview(place, "preferences", False)}
    before, began = _peak(), time.monotonic()
    name, _, kind = what.partition(" ")
    if name == "preview":
        count = preview(folder, kind, True)
    else:
        count = export(folder, kind) if name == "export" else known[name](folder)
    return {"count": count, "seconds": time.monotonic() - began, "added": _peak() - before, "before": before}


def _peak() -> float:
    """The most memory that this process has held, in MB; `getrusage` would count its parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1000


# --- the report ---


def report(folder: Path, size: int, words: int) -> None:
    place = folder / f"{size}-{words}"
    place.mkdir(parents=True, exist_ok=True)
    _run("--make", str(size), "--words", str(words), "--folder", str(place))
    database = (place / "scores" / "workbench.db").stat().st_size / 1e6
    print(f"\n{size:,} judgments of answers of {words} words, a database of {database:,.0f} MB")
    _screen(place / "scores")
    for what in ("read", "agree", "first", "preview preferences", *(f"export {kind}" for kind in OF_SCORES)):
        _line(what, place / "scores")
    for what in ("preview comparisons", "export comparisons"):
        _line(what, place / "comparisons")


def _screen(workspace: Path) -> None:
    from terminal import BIN, first_paint, rate_keys, row

    command = [str(BIN), "--workspace", str(workspace)]
    paints = [first_paint([*command, "rate", "--rater", "bench"], "answer 1 of 2") for _ in range(PAINTS)]
    paint, commit, _ = rate_keys(command, workspace, KEYS)
    print("Rate, in milliseconds")
    row("first item, wall", [wall for wall, _ in paints])
    row("digit to next text", paint)
    row("digit to commit", commit)


def _line(what: str, folder: Path) -> None:
    one = json.loads(_run("--measure", what, "--folder", str(folder)))
    print(
        f"  {what:20} {one['seconds']:8.1f} s  {one['added']:7.1f} MB above {one['before']:.0f}  n {one['count']:,}",
        flush=True,
    )


def _run(*arguments: str) -> str:
    return subprocess.run([sys.executable, __file__, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="10,000 judgments only")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--words", type=int, default=60)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--make", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.make:
        make(given.folder, given.make, given.words)
    elif given.measure:
        print(json.dumps(measured(given.measure, given.folder)))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            for size in QUICK if given.quick else given.sizes:
                report(given.folder or Path(temporary), size, given.words)


if __name__ == "__main__":
    main()

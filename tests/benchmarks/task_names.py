"""How long the names of all tasks take: the first look on a machine, and each later one, in a process of its own.

python tests/benchmarks/task_names.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

TIMED = """
from time import perf_counter
began = perf_counter()
from workbench.tasks import index
found = index.search([])
print(perf_counter() - began, len(found))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for words in ("first look", "kept names", "kept names", "kept names"):
            env = {**os.environ, "WORKBENCH_CACHE": folder}
            found = subprocess.run([sys.executable, "-c", TIMED], env=env, capture_output=True, text=True, check=True)
            seconds, names = found.stdout.split()
            print(f"{words}: {int(names):,} names in {float(seconds):.3f} s")


if __name__ == "__main__":
    main()

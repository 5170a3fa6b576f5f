"""Started by accelerate instead of `launched`: the second process of several finds no memory free on its machine.

accelerate launch one_of_several.py FOLDER
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil

from workbench.training import launched

if __name__ == "__main__":
    if os.environ["RANK"] == "1":
        none = psutil.virtual_memory()._replace(available=0)
        psutil.virtual_memory = lambda: none
    sys.exit(launched.main(Path(sys.argv[1])))

"""A demo workspace to look at by hand: python tests/tui/drive.py FOLDER [home|rate]."""

import sys
from pathlib import Path

import workspaces

from workbench.tui.app import run
from workbench.workspace import Workspace

root = Path(sys.argv[1])
if not root.exists():
    workspaces.filled(root).close()
sys.exit(run(Workspace(root), "ada", sys.argv[2] if len(sys.argv) > 2 else "home"))

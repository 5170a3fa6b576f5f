"""Make the pictures of the README from the running program: a demo workspace, real answers, real keys.

    python screenshots/make.py [WORKSPACE]

Without a workspace it makes the demo one first (fetches the model, a minute or two).
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

import resvg_py

from workbench.store import batches, open_store
from workbench.tui.app import WorkbenchApp
from workbench.workspace import Workspace

HERE = Path(__file__).parent
SIZE = (96, 30)
READ_SECONDS = 0.4  # longer than the least exposure, or the digits would be taken for slips


async def rate_and_home(root: Path) -> None:
    """Rate three answers and a bit, as a person would, and keep what the screen shows."""
    with open_store(Workspace(root)) as store:
        app = WorkbenchApp(store, "ada", "rate", batches.all_batches(store)[0].id)
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause(1.0)
            for key in "443225434" + "4":
                await pilot.press(key)
                await pilot.pause(READ_SECONDS)
            keep(app, "rate")
            await pilot.press("escape")
            await pilot.pause(1.0)
            keep(app, "home")


def keep(app: WorkbenchApp, name: str) -> None:
    """The screen as a PNG, at twice its size."""
    svg = app.export_screenshot(title=f"workbench - {name}", simplify=True)
    (HERE / f"{name}.png").write_bytes(
        bytes(resvg_py.svg_to_bytes(svg_string=svg, width=1400, monospace_family="DejaVu Sans Mono"))
    )


def main() -> None:
    if len(sys.argv) > 1:
        asyncio.run(rate_and_home(Path(sys.argv[1])))
        return
    with tempfile.TemporaryDirectory() as folder:
        program = Path(sys.executable).parent / "workbench"
        subprocess.run([program, "--workspace", folder, "demo", "--headless"], check=True)
        asyncio.run(rate_and_home(Path(folder)))


if __name__ == "__main__":
    main()

"""Ways to wait for what the screen should come to show."""

from __future__ import annotations

from collections.abc import Callable

from textual.pilot import Pilot

from workbench.rating.attention import MIN_EXPOSURE_MS
from workbench.store import Store
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.batches import BatchesScreen
from workbench.tui.screens.home import HomeScreen
from workbench.tui.screens.judging import JudgingScreen

SMALL = (80, 24)
LARGE = (120, 40)


async def until(pilot: Pilot[None], happened: Callable[[], object], seconds: float = 20) -> None:
    """Wait until it has happened; fail when it does not."""
    for _ in range(int(seconds / 0.02)):
        await pilot.pause(0.02)
        if happened():
            return
    raise AssertionError(f"not on screen after {seconds} s:\n{screen_text(pilot)}")


async def opened(pilot: Pilot[None]) -> None:
    """Wait until Home shows what the store holds."""
    await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen) and pilot.app.screen._home)


async def shown(pilot: Pilot[None], words: str) -> None:
    """Wait until these words stand on the screen."""
    await until(pilot, lambda: words in screen_text(pilot))


async def batches_listed(pilot: Pilot[None]) -> None:
    """From Home to the list of batches, and wait until it is there."""
    await opened(pilot)
    await pilot.press("o")
    await until(pilot, lambda: isinstance(pilot.app.screen, BatchesScreen) and "done:" in screen_text(pilot))


async def readable(pilot: Pilot[None]) -> JudgingScreen:
    """Wait until the text has been on the Rate or Versus screen for as long as a digit needs."""
    await until(pilot, lambda: isinstance(pilot.app.screen, JudgingScreen) and _may_judge(pilot.app.screen))
    assert isinstance(pilot.app.screen, JudgingScreen)
    return pilot.app.screen


async def press_saved(pilot: Pilot[None], key: str) -> None:
    """Press a rating key and wait until its event is stored."""
    app = pilot.app
    assert isinstance(app, WorkbenchApp)
    before = events(app.store)
    screen = await readable(pilot)
    await pilot.press(key)
    if screen._pending is None and events(app.store) == before:  # painted again in between: such a key is dropped
        await readable(pilot)
        await pilot.press(key)
    await until(pilot, lambda: events(app.store) > before and app.screen._pending is None)


def events(store: Store) -> int:
    return int(store.value("SELECT COUNT(*) FROM judgments"))


def screen_text(pilot: Pilot[None]) -> str:
    """What the terminal shows, as plain lines."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def _may_judge(screen: JudgingScreen) -> bool:
    if screen._view is None or screen._pending is not None:
        return False
    return screen._view.place is None or screen._milliseconds() >= MIN_EXPOSURE_MS

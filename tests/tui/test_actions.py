"""The action table is the one truth about keys."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import pytest
from pilots import readable

from workbench.tui import screens
from workbench.tui.actions import ACTIONS, APP_SCOPES, SCOPES, bindings, footer, in_scopes, markdown
from workbench.tui.app import WorkbenchApp
from workbench.tui.palette import ActionsProvider
from workbench.tui.screens.base import WorkbenchScreen
from workbench.tui.screens.confirm import ConfirmScreen
from workbench.tui.screens.rate import RateScreen
from workbench.tui.screens.versus import VersusScreen
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.note_input import NoteInput
from workbench.tui.widgets.reader import Reader
from workbench.tui.widgets.table import Table

# keys that a plain terminal or tmux cannot send, or keeps for itself (TUI conventions)
UNSENDABLE = {"ctrl+h", "ctrl+i", "ctrl+m", "ctrl+j", "ctrl+enter", "alt+enter", "ctrl+a", "ctrl+b"}
UNSENDABLE |= {f"{modifier}+{digit}" for modifier in ("ctrl", "alt") for digit in range(10)}
WIDGETS = {"list": Table, "filter": ListPane, "reader": Reader, "note": NoteInput}


def all_screens() -> list[type]:
    """Every screen with keys, found in the files of the package."""
    found = []
    for path in sorted(Path(screens.__file__).parent.glob("*.py")):
        module = importlib.import_module(f"workbench.tui.screens.{path.stem}")
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module.__name__ and "scopes" in vars(kind) and kind is not WorkbenchScreen:
                found.append(kind)
    return found


@pytest.mark.parametrize("screen", all_screens(), ids=lambda kind: kind.__name__)
def test_no_key_has_two_actions_on_a_screen(screen):
    keys = [key for action in in_scopes(*screen.scopes) for key in action.keys]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("screen", all_screens(), ids=lambda kind: kind.__name__)
def test_footer_fits_in_80_columns(screen):
    root = getattr(screen, "letter", None) is not None
    assert len(footer(screen.scopes, root)) <= 78  # one cell of padding on each side


@pytest.mark.parametrize("screen", all_screens(), ids=lambda kind: kind.__name__)
def test_every_action_has_a_handler(screen):
    for action in in_scopes(*screen.scopes):
        owner = WorkbenchApp if action.scope in APP_SCOPES else WIDGETS.get(action.scope, screen)
        assert callable(getattr(owner, f"action_{action.id}")), action


@pytest.mark.parametrize("screen", all_screens(), ids=lambda kind: kind.__name__)
def test_screen_binds_what_it_declares(screen):
    bound = {binding.key for binding in screen.BINDINGS} if "BINDINGS" in vars(screen) else set()
    # the app binds what works everywhere, and the widgets their own scopes
    own = [scope for scope in screen.scopes if scope != "everywhere" and scope not in WIDGETS]
    assert bound == {binding.key for binding in bindings(*own)}


@pytest.mark.parametrize(("scope", "widget"), WIDGETS.items())
def test_every_action_of_a_widget_has_a_handler(scope, widget):
    assert all(callable(getattr(widget, f"action_{action.id}")) for action in in_scopes(scope))


def test_no_unsendable_key():
    assert not [key for action in ACTIONS for key in action.keys if key in UNSENDABLE]


@pytest.mark.parametrize("screen", [RateScreen, VersusScreen], ids=lambda kind: kind.__name__)
def test_rate_and_versus_bind_no_screen_letter_and_no_q(screen):
    keys = {key for action in in_scopes(*screen.scopes) for key in action.keys}
    letters = {key for action in in_scopes("screens") for key in action.keys}
    assert keys & letters == {"s"}  # skip: no letter switches screens there
    assert "screens" not in screen.scopes


def test_destructive_actions_are_confirmed_by_another_key():
    confirming = {key for action in in_scopes(*ConfirmScreen.scopes) if action.id == "yes" for key in action.keys}
    assert not [action for action in ACTIONS if action.destructive and confirming & set(action.keys)]


def test_every_scope_is_titled_and_used():
    used = {scope for kind in all_screens() for scope in kind.scopes}
    used |= WIDGETS.keys()
    assert used == set(SCOPES) == {action.scope for action in ACTIONS}


def test_markdown_names_every_action():
    table = markdown()
    assert table.count("\n") == len(ACTIONS) + 1  # a head of two lines, then a line an action
    assert all(action.help in table for action in ACTIONS)


async def test_the_palette_offers_each_digit_for_itself(filled):
    """`score` alone would press 1, and that is a judgment."""
    app = WorkbenchApp(filled, "ada", "rate", 1)
    async with app.run_test() as pilot:
        await readable(pilot)
        offered = [name for name, *_ in ActionsProvider(app.screen)._commands() if name.startswith("score")]
        assert offered == ["score 1", "score 2", "score 3", "score 4", "score 5"]

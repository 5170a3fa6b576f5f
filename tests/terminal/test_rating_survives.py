"""Rating through a real terminal, ended at random moments by kill -9 or a lost line: nothing shown as saved is lost.

WORKBENCH_TRIALS sets how many trials are made (default 10).
"""

from __future__ import annotations

import os
import random
import re
import sqlite3
import sys
import time
from pathlib import Path

import pytest
from bulk_workspaces import with_judgments
from terminal_session import TerminalSession

from workbench.store import integrity, open_store
from workbench.workspace import Workspace

TRIALS = int(os.environ.get("WORKBENCH_TRIALS", "10"))
PROGRAM = Path(sys.executable).parent / "workbench"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return with_judgments(tmp_path_factory.mktemp("trials") / "ws", 0, unrated_prompts=10 + 2 * TRIALS)


@pytest.mark.parametrize("trial", range(TRIALS))
def test_what_was_shown_as_saved_is_there_once_and_the_place_is_kept(workspace: Workspace, trial: int) -> None:
    chance = random.Random(trial)
    session = _open(workspace)
    begun = _events(workspace)
    pressed, saved = _rate(session, chance, keys=chance.randint(1, 8))
    if chance.random() < 0.5:
        session.kill()
    else:
        session.hang_up()
        session.reap()
    kept = _events(workspace) - begun
    assert saved <= kept <= pressed  # one key may have been on its way
    _assert_sound(workspace)
    again = _open(workspace)
    assert _place(again) == _expected_place(workspace)
    again.close()


def _open(workspace: Workspace) -> TerminalSession:
    session = TerminalSession([str(PROGRAM), "--workspace", str(workspace.root), "rate", "--rater", "ada"], {})
    session.wait_for(lambda: session.shows("is the answer")() and session.shows("▸ ")())
    return session


def _rate(session: TerminalSession, chance: random.Random, keys: int) -> tuple[int, int]:
    """Press digits and undos: (keys pressed, events shown as saved). The last key is not waited for."""
    pressed = saved = 0
    for number in range(keys):
        session.settle(0.3)  # past the least exposure, so that a digit counts
        before = _saved_line(session)
        session.send(chance.choice("12345u"))
        pressed += 1
        if number == keys - 1:
            time.sleep(chance.random() * 0.02)  # into the middle of the write, or just past it
        else:
            session.settle(0.25)
            saved += _saved_line(session) != before or _saved_line(session).startswith("✓ saved")
            saved -= "nothing to undo" in _saved_line(session)
    return pressed, saved


def _saved_line(session: TerminalSession) -> str:
    return session.screen.display[22].strip()


def _place(session: TerminalSession) -> tuple[str, str]:
    """(the answer's own word, the criterion in focus) as the screen shows them."""
    text = "\n".join(session.screen.display)
    answer = re.search(r"answer ([a-j]+) is the answer", text)
    focused = re.search(r"▸ (\w+)", text)
    assert answer
    assert focused
    return answer[1], focused[1]


def _expected_place(workspace: Workspace) -> tuple[str, str]:
    """The same, from the events alone, by a fresh session."""
    from workbench.rating.session import RatingSession

    with open_store(workspace) as store:
        place = RatingSession.open(store, 1, "ada").place()
    assert place
    return place.completion.text.split()[1], place.focused


def _events(workspace: Workspace) -> int:
    return int(sqlite3.connect(workspace.database).execute("SELECT COUNT(*) FROM judgments").fetchone()[0])


def _assert_sound(workspace: Workspace) -> None:
    with open_store(workspace) as store:
        assert integrity.damage(store) is None
        assert integrity.gaps(store) == []
        assert integrity.view_differences(store) == 0

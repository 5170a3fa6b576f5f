"""The kiosk through a real terminal: every byte of a keyboard, function keys, mouse and paste."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from bulk_workspaces import with_judgments
from terminal_session import TerminalSession

from workbench.store import open_store
from workbench.workspace import Workspace

CLIPBOARD = b"\x1b]52"  # OSC 52, by which a program writes the clipboard of whoever looks at it
PROGRAM = Path(sys.executable).parent / "workbench"
RATING = b"12345 subfnpxajk\x7f\x08\r\x11"  # what means something; \x11 is ctrl+q, \x1b begins a sequence
BYTES = bytes(byte for byte in range(256) if byte not in RATING + b"\x1b")  # from 0x80 on none is UTF-8 by itself
SEQUENCES = (
    b"\x1bOP", b"\x1b[11~", b"\x1b[15~", b"\x1b[24~",  # F1, F1, F5, F12
    b"\x1b[Z", b"\x1b[2~", b"\x1b[3~", b"\x1b[H", b"\x1b[F", b"\x1b[1;5C", b"\x1b[1;3D",  # tab back, ins, del, home ...
    b"\x1b[200~workbench export preferences\r\x1b[201~",  # a paste
    b"\x1b[<0;5;24M\x1b[<0;5;24m", b"\x1b[<2;40;10M",  # mouse clicks
    b"\x1bq", b"\x1bd", b"\x1b\x1b",  # alt+q, alt+d, esc
    "ä€😀".encode(), b"\xc3\x28\xff\xfe",  # letters of other alphabets, and noise
)  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return with_judgments(tmp_path_factory.mktemp("kiosk") / "ws", 0, unrated_prompts=4)


@pytest.fixture
def session(workspace):
    command = [str(PROGRAM), "--workspace", str(workspace.root), "rate", "--rater", "ada", "--kiosk"]
    session = TerminalSession(command, {})
    session.wait_for(lambda: session.shows("is the answer")() and session.shows("▸ ")())
    session.settle(0.3)
    yield session
    session.close()


def test_nothing_but_rating_is_reached(session, workspace):
    before = session.screen.display[:]
    for sent in (*(bytes([byte]) for byte in BYTES), *SEQUENCES):
        os.write(session.file, sent)
        session.settle(0.02)
    session.settle(0.3)
    assert session.screen.display == before
    session.send("4")
    session.wait_for(session.shows("saved: fluency 4"))
    with open_store(workspace) as store:
        counts = [store.value(f"SELECT COUNT(*) FROM {table}") for table in ("judgments", "jobs", "exports")]
    assert counts == [1, 0, 0]
    assert CLIPBOARD not in session.output


def test_a_terminal_that_shrinks_and_grows_again_shows_the_answer(session):
    before = session.screen.display[:]
    session.resize(60, 20)
    session.wait_for(session.shows("80x24 needed; this is 60x20"))
    for key in "qh:?":
        session.send(key)
    session.settle(1.0)  # the signal of a resize would overtake keys that are still to be read
    session.resize(80, 24)
    session.wait_for(lambda: session.screen.display == before)
    assert CLIPBOARD not in session.output


def test_stop_and_quit_keys_stop_nothing_and_ctrl_q_leaves(session):
    for sent in ("\x1a", "\x1c", "\x03", "\x04"):  # ctrl+z, ctrl+\, ctrl+c, ctrl+d
        session.send(sent)
    session.settle(0.3)
    session.send("f")
    session.wait_for(session.shows("flagged"))
    session.send("\x11")
    session.reap()

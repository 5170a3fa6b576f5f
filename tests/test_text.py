"""Foreign text made safe: nothing a terminal obeys is left, and no word is lost on the way."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given as drawn

from workbench.text import clean, one_line, plural, whole


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\x1b]0;a title\x07b", "ab"),  # OSC ended by BEL
        ("a\x1b]52;c;c2VjcmV0\x1b\\b", "ab"),  # OSC 52 writes the clipboard; ended by ST
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),  # a hyperlink keeps its words
        ("a\x1b]0;never ended", "a0;never ended"),  # its words stay, only the escape goes
        ("a\x1bPq#0;2\x1b\\b", "ab"),  # DCS
        ("a\x1b_payload\x1b\\b\x1b^x\x1b\\c\x1bXy\x1b\\d", "abcd"),  # APC, PM, SOS
        ("\x1b[31mred\x1b[0m", "red"),  # colours
        ("\x1b[2J\x1b[1;1Hx\x1b[?25l", "x"),  # clear, move, hide the cursor
        ("a\x1b[31", "a"),  # cut in the middle
        ("a\x1bcb", "ab"),  # full reset
        ("a\x1b(0b", "ab"),  # another character set
        ("a\x1b", "a"),
        ("\x1b\x1b[31mx", "x"),
    ],
)
def test_escape_sequences_are_taken_out(raw, expected):
    assert clean(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\x9b31mb", "a31mb"),  # CSI in one byte: the introducer goes, so the rest is text
        ("\x9d0;title\x9cb", "0;titleb"),
        ("â\x80\x9cquoted\u00e2\x80\x9d and â\x80\x9cmore\u00e2\x80\x9d", "âquotedâ and âmoreâ"),  # mis-decoded quotes
        ("a\x85b\x90c", "abc"),
        ("\x00a\x07b\x08c\x7fd", "abcd"),
    ],
)
def test_control_characters_go_alone_and_take_no_words_along(raw, expected):
    assert clean(raw) == expected


@pytest.mark.parametrize("mark", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
def test_bidi_marks_are_taken_out(mark):
    assert clean(f"a{mark}b") == "ab"


def test_right_to_left_letters_stay():
    assert clean("שלום مرحبا") == "שלום مرحبا"


def test_lines_end_in_one_way_and_tabs_are_spaces():
    assert clean("a\r\nb\rc\n\td") == "a\nb\nc\n    d"


def test_a_line_that_returns_over_itself_is_shown_in_full():
    assert clean("harmless\rrm -rf /") == "harmless\nrm -rf /"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("a\ud83db", "a\ufffdb"), ("a\udc00", "a\ufffd"), ("\ud83d\ude00", "😀"), ("\ufeffa", "\ufeffa"), ("", "")],
)
def test_half_a_character_becomes_the_replacement_character(raw, expected):
    assert whole(raw) == expected


def test_a_limit_cuts_and_says_how_much_is_left_out():
    assert clean("x" * 2500, limit=1000) == "x" * 1000 + "\n[1,500 more characters not shown]"


def test_a_text_as_long_as_its_limit_is_whole():
    assert clean("abc", limit=3) == "abc"


def test_rich_markup_stays_text():
    assert clean("[bold]a[/bold]") == "[bold]a[/bold]"


@drawn(st.text(st.characters()))
def test_what_is_left_is_printable_in_utf_8_and_cleaning_again_changes_nothing(text):
    once = clean(text)
    once.encode("utf-8")
    assert not any((ord(char) < 32 and char != "\n") or 127 <= ord(char) < 160 for char in once)
    assert clean(once) == once


@drawn(st.text("a\x1b]P[\\\x07\x9c\x9d;0m", max_size=30))
def test_no_mixture_of_sequences_leaves_an_escape(text):
    assert not set(clean(text)) & set("\x1b\x07\x9c\x9d")


def test_one_line_folds_white_space_and_cuts_with_an_ellipsis():
    assert one_line("  a\n\n b\tc ", 20) == "a b c"
    assert one_line("abcdef", 4) == "abc…"
    assert one_line("abcd", 4) == "abcd"
    assert one_line("abcd", 0) == "…"


def test_plural_counts():
    assert [plural(n, "pair") for n in (0, 1, 2, 1000)] == ["0 pairs", "1 pair", "2 pairs", "1,000 pairs"]

"""The table asks for what it shows, however long the list is."""

from __future__ import annotations

import pytest
from pilots import SMALL, screen_text
from textual.app import App

from workbench.tui.widgets.table import PAGE, Cell, Column, Row, Table

ROWS = 100_000


class LongList(App):
    """100,000 rows that are made when they are asked for."""

    CSS = "Table { overflow-x: hidden; }"

    def __init__(self):
        super().__init__()
        self.asked = []

    def compose(self):
        yield Table([Column("n", 6, "right"), Column("words")], "nothing")

    def on_mount(self):
        self.query_one(Table).show(ROWS, self.rows)

    def rows(self, start, stop):
        self.asked.append((start, stop))
        return [Row(index, (Cell(str(index)), Cell(f"row {index}"))) for index in range(start, stop)]


async def test_only_the_page_in_view_is_asked_for():
    app = LongList()
    async with app.run_test(size=SMALL):
        assert app.asked == [(0, PAGE)]


async def test_the_last_row_is_one_key_away():
    app = LongList()
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("G")
        await pilot.pause()
        assert "▸  99999  row 99999" in screen_text(pilot)
        assert len(app.asked) == 2


async def test_keys_move_the_cursor():
    app = LongList()
    async with app.run_test(size=SMALL) as pilot:
        table = app.query_one(Table)
        seen = []
        for key in ("j", "down", "k", "up", "up", "pagedown", "pageup", "end", "g"):
            await pilot.press(key)
            seen.append(table.cursor)
    # 24 lines less the head are 23 rows a page
    assert seen == [1, 2, 1, 0, 0, 23, 0, ROWS - 1, 0]


async def test_the_cursor_follows_its_row_when_rows_come_before_it():
    app = LongList()
    async with app.run_test(size=SMALL) as pilot:
        table = app.query_one(Table)
        await pilot.press("j", "j")
        table.show(ROWS, lambda start, stop: [Row(at - 5, (Cell(str(at)), Cell(""))) for at in range(start, stop)])
        assert (table.cursor, table.current.key) == (7, 2)


async def test_a_shorter_list_keeps_the_cursor_inside():
    app = LongList()
    async with app.run_test(size=SMALL) as pilot:
        table = app.query_one(Table)
        await pilot.press("G")
        table.show(2, lambda start, stop: [Row(f"new {at}", (Cell(str(at)), Cell(""))) for at in range(start, stop)])
        assert table.cursor == 1


async def test_an_empty_list_says_so():
    app = LongList()
    async with app.run_test(size=SMALL) as pilot:
        app.query_one(Table).show(0, lambda *_: ())
        await pilot.pause()
        assert "nothing" in screen_text(pilot)


class Responsive(LongList):
    """A second column that needs 100 cells."""

    def compose(self):
        yield Table([Column("n", 6, "right"), Column("more", 5, needs=100)], "nothing")


@pytest.mark.parametrize(("width", "shown"), [(99, False), (100, True)])
async def test_a_column_is_left_out_where_the_table_is_narrower_than_it_needs(width, shown):
    async with Responsive().run_test(size=(width, 24)) as pilot:
        await pilot.pause()
        assert ("more" in screen_text(pilot), "row 3" in screen_text(pilot)) == (shown, shown)


class Wide(App):
    """Characters of two cells, aligned right, and too many of them."""

    def compose(self):
        yield Table([Column("n", 6, "right"), Column("words", 8)], "nothing")

    def on_mount(self):
        self.query_one(Table).show(1, lambda *_: [Row(1, (Cell("漢字"), Cell("漢字漢字漢字")))])


async def test_wide_characters_are_aligned_and_cut_by_their_cells():
    app = Wide()
    async with app.run_test(size=(40, 5)) as pilot:
        await pilot.pause()
        line = app.query_one(Table).render_line(1).text.rstrip()
        assert line == "▸   漢字  漢字漢…"  # two cells before four; six cells and the sign in eight

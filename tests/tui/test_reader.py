"""The reader paints what is marked, by its signs and in colour."""

from __future__ import annotations

from textual.app import App

from workbench.tui.widgets.reader import Passage, Reader

RED = "#ff0000"


class Marked(App):
    """A text twice: with its marks painted, and as any other."""

    CSS = "Reader > .tone--accent { color: red; }"

    def compose(self):
        yield Reader()

    def on_mount(self):
        self.query_one(Reader).show([Passage("a «b» c", marks=True), Passage("a «b» c")])


async def test_marked_words_are_painted_only_where_marks_are_meant():
    app = Marked()
    async with app.run_test(size=(40, 5)) as pilot:
        await pilot.pause()
        marked, plain = (app.query_one(Reader).render_line(y) for y in (0, 1))
        assert marked.text == plain.text
        accent = [segment.text for segment in marked if segment.style and segment.style.color.name == RED]
        assert accent == ["«b»"]
        assert "«b»" not in [segment.text for segment in plain]


class Wrapped(App):
    """A mark that goes over three lines."""

    CSS = Marked.CSS

    def compose(self):
        yield Reader()

    def on_mount(self):
        self.query_one(Reader).show([Passage("one «two three four» five", marks=True)])


async def test_a_mark_is_painted_on_every_line_that_it_goes_over():
    app = Wrapped()
    async with app.run_test(size=(10, 6)) as pilot:
        await pilot.pause()
        lines = [app.query_one(Reader).render_line(y) for y in range(4)]
        painted = [[one.text for one in line if one.style and one.style.color.name == RED] for line in lines]
        assert painted == [["«two"], ["three"], ["four»"], []]


class Labelled(App):
    """Labels as foreign data gives them: the names of its columns."""

    def compose(self):
        yield Reader()

    def on_mount(self):
        self.query_one(Reader).show(
            [
                Passage("one", label="a\x1b]0;title\x07b\nc"),
                Passage("two", label="漢字"),
                Passage("word " * 5 + "the end", label="instruction_language"),
            ]
        )


async def test_no_label_paints_the_terminal_or_covers_the_text():
    app = Labelled()
    async with app.run_test(size=(40, 8)) as pilot:
        await pilot.pause()
        lines = [app.query_one(Reader).render_line(y).text.rstrip() for y in range(5)]
        assert lines == [
            "ab c             one",
            "漢字             two",  # 4 cells, 13 to the text
            "instruction_language",
            "                 word word word word",
            "                 word the end",
        ]

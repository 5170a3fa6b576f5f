"""Live curves: three at a time, drawn whenever there is room."""

from __future__ import annotations

from textual.app import App

from workbench.tui.widgets.curves import SHOWN, TOGETHER, Curves


class Drawn(App):
    def compose(self):
        yield Curves()


async def test_a_resize_while_the_next_curves_come_does_no_harm():
    app = Drawn()
    async with app.run_test(size=(80, 24)) as pilot:
        curves = app.query_one(Curves)
        curves.show({name: [(1, 1.0), (2, 2.0)] for name in SHOWN[: TOGETHER + 2]})
        await pilot.pause()
        curves.turn()
        curves.on_resize()  # the plots before are on their way out, and count as children still
        await pilot.pause()
        assert [plot.name for plot in curves.children] == list(SHOWN[TOGETHER : TOGETHER + 2])

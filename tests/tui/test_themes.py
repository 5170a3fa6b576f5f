"""Text can be read in every theme, in true colour and where a terminal has 256 colours only."""

from __future__ import annotations

import pytest
from pilots import SMALL, opened, screen_text
from rich.color import Color as RichColor
from rich.color import ColorSystem
from textual.color import Color

from workbench.tui.app import WorkbenchApp
from workbench.tui.themes import ANSI, THEMES

TEXTS = ("foreground", "muted", "accent", "success", "warning", "error")
# where text stands: plain, in the first and last line, in boxes, under the cursor of a list (in the plain colour)
PLACES = {"background": TEXTS, "panel": ("foreground", "muted", "accent"), "surface": TEXTS, "cursor": ("foreground",)}
KNOWN = [theme for theme in THEMES if theme is not ANSI]  # the colours of ansi are the terminal's own


@pytest.mark.parametrize("theme", KNOWN, ids=lambda theme: theme.name)
@pytest.mark.parametrize("depth", [ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT], ids=["true colour", "256 colours"])
def test_contrast_is_at_least_four_and_a_half(theme, depth):
    known = {**theme.to_color_system().generate(), **theme.variables}
    colours = {name: shown(known[name], depth) for name in (*PLACES, *TEXTS)}
    low = {
        (text, place): round(contrast(colours[text], colours[place]), 2)
        for place, texts in PLACES.items()
        for text in texts
        if contrast(colours[text], colours[place]) < 4.5
    }
    assert not low


def shown(value, depth):
    """The colour that a terminal of this depth shows."""
    colour = RichColor.parse(Color.parse(value).hex6).downgrade(depth)
    return tuple(colour.get_truecolor())


def contrast(one, other):
    """WCAG 2: (L1 + 0.05) / (L2 + 0.05) of the relative luminances."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(rgb):
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (v / 255 for v in rgb)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast_of_black_and_white():
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_every_theme_paints(filled, theme):
    app = WorkbenchApp(filled, "ada")
    async with app.run_test(size=SMALL) as pilot:
        app.theme = theme
        await opened(pilot)
        assert "▸ smollm2" in screen_text(pilot)


async def test_without_colour_the_cursor_and_the_current_screen_are_still_marked(filled, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = WorkbenchApp(filled, "ada")
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot)
        assert app.no_color
        assert "▸ smollm2" in screen_text(pilot)
        first = app.screen._compositor.render_strips()[0]
        assert [segment.text.strip() for segment in first if segment.style and segment.style.reverse] == ["h Home"]

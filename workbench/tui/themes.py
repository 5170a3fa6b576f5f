"""Four themes.

`muted` is for what matters less; on every theme with known colours it keeps a contrast of 4.5:1.
The greys are unsaturated enough to stay grey where a terminal has 256 colours only (plain ssh says no more).
"""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="dark", dark=True, primary="#7aa2d6", secondary="#5f87af", accent="#e5b567", warning="#e5b567",
    error="#f2848e", success="#8cc28c", foreground="#d8dce2", background="#15171a", surface="#1c1f23", panel="#282c31",
    variables={"muted": "#98a1ad", "cursor": "#2f4059", "block-cursor-background": "#7aa2d6"},
)  # fmt: skip
LIGHT = Theme(
    name="light", dark=False, primary="#1f5a9e", secondary="#33608f", accent="#6f3f00", warning="#6f3f00",
    error="#a61e2d", success="#22692c", foreground="#1d2126", background="#fafaf8", surface="#f1f1ee", panel="#e4e4e0",
    variables={"muted": "#585f68", "cursor": "#cfdff2"},
)  # fmt: skip
HIGH_CONTRAST = Theme(
    name="high-contrast", dark=True, primary="#8fd0ff", secondary="#8fd0ff", accent="#ffe14d", warning="#ffe14d",
    error="#ff9d9d", success="#8dff8d", foreground="#ffffff", background="#000000", surface="#000000", panel="#1c1c1c",
    variables={"muted": "#d4d4d4", "cursor": "#00416b"},
)  # fmt: skip
_ANSI = BUILTIN_THEMES["ansi-dark"]
ANSI = Theme(
    name="ansi", ansi=True, dark=True, primary="ansi_blue", secondary="ansi_cyan", accent="ansi_yellow",
    warning="ansi_yellow", error="ansi_red", success="ansi_green", foreground="ansi_default",
    background="ansi_default", surface="ansi_default", panel="ansi_default", boost="ansi_default",
    variables={**_ANSI.variables, "muted": "ansi_default", "cursor": "ansi_blue"},
)  # fmt: skip

THEMES = (DARK, LIGHT, HIGH_CONTRAST, ANSI)

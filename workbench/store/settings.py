"""What a workspace has decided once, by name."""

from __future__ import annotations

from workbench.store.connection import Store

EVALUATION_SHARE = "evaluation_share"  # 0..1, the share of prompts that are never exported to training
BREAK_MINUTES = "break_minutes"  # rating without a pause after which a break is due; 0 never reminds
_DEFAULTS = {EVALUATION_SHARE: "0.1", BREAK_MINUTES: "45"}


def get(store: Store, name: str) -> str | None:
    """The setting, else its default, else None."""
    value = store.value("SELECT value FROM settings WHERE name = ?", (name,))
    return value if value is not None else _DEFAULTS.get(name)


def of_rater(name: str, rater: str) -> str:
    """The name of a setting that one rater has made for themselves."""
    return f"{name} of {rater}"


def break_minutes(store: Store, rater: str) -> float:
    """The rater's own, else the workspace's."""
    own = get(store, of_rater(BREAK_MINUTES, rater))
    return float(own if own is not None else get(store, BREAK_MINUTES) or 0)


def put(store: Store, name: str, value: str) -> None:
    with store.write() as db:
        db.execute(
            "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

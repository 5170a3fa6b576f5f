"""The card that travels with exported rows: what they are, where they come from, and how they are split.

Its front matter is the hub's, so that `datasets.load_dataset(FOLDER)` finds the files by their split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench import __version__

_ASIDE = ("eval_share", "family", "training", "evaluation")  # said in the sentence about the split


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: `files` maps a split to its file, `counts` to its rows. `columns` are those of the files."""

    name: str
    form: str
    layout: str
    source: str
    fingerprint: str
    files: Mapping[str, str]
    counts: Mapping[str, int]
    columns: Sequence[str]
    card: Mapping[str, Any] = field(default_factory=dict)


def card(one: Exported) -> str:
    """The card as Markdown. What nobody said (a licence, who wrote the rows) is named as missing, not made up."""
    split = [f"- {name}: {count:,} rows in `{one.files[name]}`" for name, count in one.counts.items()]
    said = [f"- {name.replace('_', ' ')}: {_words(value)}" for name, value in one.card.items() if name not in _ASIDE]
    return "\n".join(
        [
            *_front_matter(one),
            f"# {one.name}",
            "",
            f"{sum(one.counts.values()):,} rows of layout {one.layout}, as {one.form} by workbench {__version__}.",
            "",
            "## Files",
            "",
            *split,
            *_split_words(one.card),
            "",
            f"Columns: {', '.join(one.columns)}.",
            "",
            "## Where they come from",
            "",
            f"- source: {one.source}",
            f"- SHA-256 of the rows as they were kept: `{one.fingerprint}`",
            *said,
            *([] if "licence" in one.card else ["- licence: nobody said; ask whoever made the source"]),
            "",
        ]
    )


def _front_matter(one: Exported) -> list[str]:
    files = [line for name, path in one.files.items() for line in (f"  - split: {name}", f"    path: {path}")]
    return ["---", "configs:", "- config_name: default", "  data_files:", *files, "---", ""]


def _split_words(of: Mapping[str, Any]) -> list[str]:
    if "eval_share" not in of:
        return []
    alike = f"have the same `{of['family']}`" if of.get("family") else "ask the same"
    share = f"{of['eval_share']:.0%} of the families for evaluation only"
    return ["", f"Split by hash, {share}; rows that {alike} stay together."]


def _words(value: Any) -> str:
    return " ".join(str(value).split())

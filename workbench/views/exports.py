"""The preview of any export: what would be kept, what would be dropped and why, and how the rows would look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench import jobs as kinds
from workbench.spec import JobSpec
from workbench.store import Store
from workbench.store.exports import Export

KINDS = ("preferences", "kto", "ratings", "comparisons")
SHOWN = 3  # rows


@dataclass(frozen=True, slots=True)
class ExportPreview:
    """`counts`: kept, then dropped by reason. `left_out`: judgments by kinds of raters that were not asked for.

    `rows` are the first of the kept ones. `advice` is None, or what to do when nothing is left.
    """

    kind: str
    counts: dict[str, int]
    left_out: int
    rows: tuple[dict[str, Any], ...]
    advice: str | None


def export_preview(store: Store, spec: JobSpec, shown: int = SHOWN) -> ExportPreview:
    """What the job of this spec would write now, with at most `shown` rows of it; nothing is written."""
    module, params = kinds.kind(spec.kind), kinds.params(spec.kind)(**spec.params)
    chosen = module.selection(store, params)
    rows = tuple(module.rows(store, chosen)[:shown])
    kind = spec.kind.removeprefix("export-")
    return ExportPreview(kind, chosen.counts, module.left_out(store, params), rows, module.advice(chosen.counts))


def again(export: Export, out: str | None) -> JobSpec:
    """The job that makes an export again: its policy on the judgments up to its last one."""
    asked = {**export.policy, "up_to": export.last_judgment, "out": out}
    return kinds.parse(f"export-{export.kind}", asked)

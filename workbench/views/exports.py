"""The preview of any export: what would be kept, what would be dropped and why, and how the rows would look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from workbench import jobs as kinds
from workbench.jobs._selections import Row, rows, survey
from workbench.preferences import tally
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
    rows: tuple[Row, ...]
    advice: str | None


def export_preview(store: Store, spec: JobSpec, shown: int = SHOWN) -> ExportPreview:
    """What the job of this spec would write now, with at most `shown` rows of it; nothing is written."""
    *_, whole = export_previews(store, spec, shown)
    return whole


def export_previews(store: Store, spec: JobSpec, shown: int) -> Iterator[ExportPreview]:
    """Previews of more and more of the judgments; the last is of all, and alone has `advice`."""
    module, params = kinds.kind(spec.kind), kinds.params(spec.kind)(**spec.params)
    kind, left_out = spec.kind.removeprefix("export-"), module.left_out(store, params)
    counts, begun = tally.added([]), []
    first: tuple[Row, ...] = ()
    for page in module.selection(store, params):
        counts = tally.added([counts, page.counts])
        if len(first) < shown:
            begun.append(page)
            first = tuple(islice(rows(store, begun, survey(begun), module.rows), shown))
        yield ExportPreview(kind, counts, left_out, first, None)
    yield ExportPreview(kind, counts, left_out, first, module.advice(counts))


def again(export: Export, out: str | None) -> JobSpec:
    """The job that makes an export again: its policy on the judgments up to its last one."""
    asked = {**export.policy, "up_to": export.last_judgment, "out": out}
    return kinds.parse(f"export-{export.kind}", asked)

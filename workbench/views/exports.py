"""The preview of any export: what would be kept, what would be dropped and why, and how the rows would look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from workbench import jobs as kinds
from workbench.data import files
from workbench.errors import UsageError
from workbench.jobs._families import KeptBack
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

    `versions` are the hashes of the versions of the rubric that count together, oldest first. `rows` are the first of
    the kept ones. `advice` is None, or what to do when nothing is left. Of a preview that
    grows, the last one alone knows `left_out` (0 before) and `advice`.
    """

    kind: str
    counts: dict[str, int]
    left_out: int
    versions: tuple[str, ...]
    rows: tuple[Row, ...]
    advice: str | None


def export_preview(store: Store, spec: JobSpec, shown: int = SHOWN) -> ExportPreview:
    """What the job of this spec would write now, with at most `shown` rows of it; nothing is written."""
    *_, whole = export_previews(store, spec, shown)
    return whole


def export_previews(store: Store, spec: JobSpec, shown: int) -> Iterator[ExportPreview]:
    """Previews of more and more of the judgments; the last is of all."""
    module, params = kinds.kind(spec.kind), kinds.params(spec.kind)(**spec.params)
    kind = spec.kind.removeprefix("export-")
    versions = tuple(one.hash for one in module.versions(store, params))
    counts, begun = tally.added([]), []
    first: tuple[Row, ...] = ()
    for page in module.selection(store, params):
        counts = tally.added([counts, page.counts])
        if page.prompt_ids and len(first) < shown:  # a page that kept nothing shows nothing
            begun.append(page)
            first = tuple(islice(rows(store, begun, survey(begun), module.rows), shown))
        yield ExportPreview(kind, counts, 0, versions, first, None)
    yield ExportPreview(
        kind, counts, module.left_out(store, params), versions, first, module.advice(store, params, counts)
    )


def again(export: Export, out: str | None) -> JobSpec:
    """The job that makes an export again: its policy on the judgments up to its last one.

    UsageError for an export that no policy made.
    """
    if not export.of_judgments:
        raise UsageError(
            f"Export {export.id} ({export.kind}) was not made from judgments.", f"Use: workbench {_command(export)}"
        )
    asked = {**export.policy, "up_to": export.last_judgment, "out": out}
    return kinds.parse(f"export-{export.kind}", asked)


def kept_back_since(store: Store, export: Export) -> list[int]:
    """The prompts of an export that must stay out by now: they were marked for evaluation only, or a relative was.

    Empty also where its rows are gone from the workspace.
    """
    written = store.workspace.data / f"{export.sha256}.jsonl"
    if not written.is_file():
        return []
    asked = sorted({row["prompt_id"] for row, _ in files.stream(written)})
    kept_back = KeptBack(store, asked)
    return [one for one in asked if one in kept_back]


def _command(export: Export) -> str:
    """What makes an export again that is not of judgments."""
    if "runs" in export.policy:
        numbers = " ".join(map(str, export.policy["runs"]))
        return f"bench export {numbers} --to {export.policy['to']} --out FOLDER"
    return f"data export {export.policy['data']} --to {export.policy['to']} --out FOLDER"

"""One thing in full: a model with its lineage, a data set, an export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult

from workbench.errors import DataError
from workbench.records import Model
from workbench.spec import canonical_json
from workbench.store import Store
from workbench.store.exports import Export
from workbench.text import plural
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.base import WorkbenchScreen
from workbench.tui.widgets.reader import Passage, Reader
from workbench.views.catalog import catalog, made_by
from workbench.views.data_rows import EVALUATION, ColumnShown, DataShown, RowShown, data_rows, data_shown
from workbench.views.training import task_losses

_ROWS = 100  # of a data set, read at once


class DetailScreen(WorkbenchScreen[None]):
    """A text that is made anew from the store when something changes."""

    scopes: ClassVar[tuple[str, ...]] = ("reader", "screens", "everywhere")
    BINDINGS = bindings("screens")

    def __init__(self, title: str, passages: Callable[[Store], Sequence[Passage]]) -> None:
        super().__init__()
        self._title = title
        self._passages = passages

    def heading(self) -> str:
        return self._title

    def body(self) -> ComposeResult:
        yield Reader()

    def refresh_from_store(self) -> None:
        self.query_one(Reader).show(self._passages(self.workbench.store))

    def copied(self) -> str | None:
        return self.query_one(Reader).text


def model_passages(store: Store, name: str) -> list[Passage]:
    """A model: where it came from, what made it, and what was made from it."""
    known = catalog(store).models
    model = next(one for one in known if one.name == name)
    children = [one.name for one in known if one.parent_id == model.id]
    facts = [
        ("kind", model.kind),
        ("reference", model.reference),
        ("weights", model.path or "not on this machine"),
        ("weights hash", model.weights_hash or figures.MISSING),
        ("made by", f"job {model.job_id}" if model.job_id else figures.MISSING),
        ("made at", f"{figures.day(model.created_at)} UTC"),
        ("lineage", " ← ".join(_lineage(model, known))),
        ("trained from it", ", ".join(children) or figures.MISSING),
    ]
    made = [
        passage
        for heading, known in made_by(store, model)
        for passage in (Passage(""), Passage(heading, "accent"), *_facts(list(known.items())))
    ]
    return [
        Passage(model.name, "strong"),
        Passage(""),
        *_facts(facts),
        *made,
        *_task_losses(model),
        *_details(model.details),
    ]


def _task_losses(model: Model) -> list[Passage]:
    found = [(one.task, f"{one.before:.4f} → {one.after:.4f}, {one.rows} rows") for one in task_losses(model.details)]
    title = Passage("loss on each task, nats per token, before and after", "accent")
    return [Passage(""), title, *_facts(found)] if found else []


def data_passages(store: Store, name: str) -> list[Passage]:
    """A data set: what it holds, its columns, and its first rows as they are."""
    try:
        data, shown = data_shown(store, name), data_rows(store, name, 1, _ROWS)
    except DataError as error:  # its file was moved or damaged since
        return [Passage(name, "strong"), Passage(""), Passage(f"✗ {error}", "bad")]
    columns = [(one.name, _column(one, data.sampled)) for one in data.columns]
    more = f"rows 1 to {len(shown):,} of {data.rows:,}; others: workbench data show {name} --from N"
    return [
        Passage(data.name, "strong"), Passage(""), *_facts(_data_facts(data)), *_details(data.card),
        Passage(""), Passage("columns", "accent"), *_facts(columns),
        Passage(""), Passage("rows" if len(shown) == data.rows else more, "accent"),
        *(passage for row in shown for passage in _row_passages(row)),
    ]  # fmt: skip


def _column(column: ColumnShown, sampled: int) -> str:
    return column.kinds if column.filled == sampled else f"{column.kinds}, in {column.filled:,} of {sampled:,} rows"


def _row_passages(row: RowShown) -> list[Passage]:
    part = f" · {row.part}" if row.part == EVALUATION else ""
    texts = [(name, value if isinstance(value, str) else canonical_json(value)) for name, value in row.values.items()]
    return [Passage(""), Passage(f"row {row.number:,}{part}", "muted"), *_facts(texts)]


def export_passages(store: Store, export_id: int) -> list[Passage]:
    export = next(one for one in catalog(store).exports if one.id == export_id)
    return [
        Passage(f"{export.kind}, export {export.id}", "strong"), Passage(""), *_facts(_export_facts(export)),
        *_details(export.policy, "policy"), *_details(export.counts, "kept and dropped"),
    ]  # fmt: skip


def _lineage(model: Model, known: Sequence[Model]) -> list[str]:
    """The model, its parent, and so on to the one that came from outside."""
    by_id = {one.id: one for one in known}
    line = [model.name]
    while model.parent_id is not None:
        model = by_id[model.parent_id]
        line.append(model.name)
    return line


def _data_facts(data: DataShown) -> list[tuple[str, str]]:
    return [
        ("layout", data.layout),
        ("for TRL", data.trl),
        ("rows", f"{data.rows:,}, to train on {data.training:,}, for evaluation only {data.evaluation:,}"),
        ("source", data.source),
        ("file", str(data.path)),
        ("fingerprint", data.fingerprint),
    ]


def _export_facts(export: Export) -> list[tuple[str, str]]:
    return [
        ("rows", plural(export.rows, "row")),
        ("file", export.path),
        ("sha256", export.sha256),
        ("made by", f"job {export.job_id}" if export.job_id else figures.MISSING),
        ("up to", f"judgment {export.last_judgment}"),
        ("made at", f"{figures.day(export.created_at)} UTC"),
    ]


def _facts(facts: Sequence[tuple[str, str]]) -> list[Passage]:
    return [Passage(value, label=name) for name, value in facts]


def _details(details: dict[str, Any], title: str = "details") -> list[Passage]:
    if not details:
        return []
    rows = [(name, value if isinstance(value, str) else canonical_json(value)) for name, value in details.items()]
    return [Passage(""), Passage(title, "accent"), *_facts(rows)]

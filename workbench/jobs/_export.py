"""What every export does: whose judgments count, what never leaves, the file, its card and its record.

An export is made from the judgments up to one event and the rubric that they were made on, so the same policy and
that event make the same bytes again: but for prompts that were marked for evaluation only since, which stay out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import tomli_w
from pydantic import Field, field_validator

from workbench import __version__
from workbench import rubrics as rubric_files
from workbench.data import formats, recognise, sources
from workbench.data.layouts import Layout
from workbench.errors import DataError, UsageError
from workbench.jobs import _families, _parquet, _selections
from workbench.jobs._context import JobContext
from workbench.jobs._origins import Origins
from workbench.jobs._params import BatchId, JobParams, RubricName
from workbench.jobs._selections import Picked, Row, Selections
from workbench.preferences import tally
from workbench.records import PEOPLE, RatedCompletion, RaterKind, Rubric
from workbench.spec import canonical_json
from workbench.store import Store, data, exports, judgments, ratings, rubrics
from workbench.store.ratings import Asked

SUFFIXES = (".jsonl", ".parquet")
_NOT_POLICY = {"out", "name", "up_to"}
_SUMMED_UP = {"rater_kind", "label"}
_ROWS_A_LOOK = 1000


class ExportParams(JobParams):
    """Whose judgments, and where they go; a kind of export adds its thresholds."""

    rubric: RubricName = Field("general", description="judgments on this rubric")
    batch: BatchId | None = Field(None, description="of one batch only (empty: all)")
    version: str | None = Field(None, description="on this version of the rubric, how its hash begins (empty: all)")
    raters: tuple[RaterKind, ...] = Field(PEOPLE, min_length=1, description="raters that count: human, model, imported")
    up_to: int | None = Field(None, ge=0, description="judgments up to this one (empty: all there are)")
    out: str | None = Field(None, description="also write the rows to this file (.jsonl or .parquet)")
    name: str | None = Field(None, description="name of the data set (default: the kind and a number)")

    @field_validator("raters", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        """A form and TOML may give them in one text: "human, model"."""
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value


Params = TypeVar("Params", bound=ExportParams)


def check(store: Store, params: ExportParams) -> None:
    """The rubric and the file's name: whether a row is left is the preview's to say, and the job's."""
    criteria(store, params)
    if params.out is not None and Path(params.out).suffix.lower() not in SUFFIXES:
        raise UsageError(f"{params.out} is neither .jsonl nor .parquet.", "Name the file by one of the two.")


def criteria(store: Store, params: ExportParams) -> list[str]:
    """Those of the newest version that counts: a file that is edited later changes no export.

    UnknownName for a rubric that was never judged on and has no file, and for a version that is none.
    """
    counting = versions(store, params)
    newest = counting[-1] if counting else rubric_files.load(params.rubric, store.workspace)
    return [one.name for one in newest.criteria]


def versions(store: Store, params: ExportParams) -> list[Rubric]:
    """The versions of the rubric whose judgments count, oldest first."""
    judged = rubrics.judged(store, params.rubric, last_of(store, params), params.batch)
    return rubrics.chosen(judged, params.version)


def last_of(store: Store, params: ExportParams) -> int:
    """The last judgment that counts."""
    newest = judgments.count(store)
    return newest if params.up_to is None else min(params.up_to, newest)


def rated(store: Store, params: ExportParams) -> Callable[[], Iterator[list[RatedCompletion]]]:
    """The pages of ratings that count; those of evaluation-only prompts and of their relatives are marked."""
    asked = Asked(params.rubric, params.batch, params.raters, last_of(store, params), params.version or "")
    held_out = _families.KeptBack(store, ratings.prompts_rated(store, asked))

    def pages() -> Iterator[list[RatedCompletion]]:
        for page in ratings.pages(store, asked):
            yield [replace(one, evaluation_only=one.prompt_id in held_out) for one in page]

    return pages


def left_out(store: Store, params: ExportParams) -> int:
    """How many ratings (an answer, by one rater) do not count, since their kind of rater was not asked for."""
    others: list[RaterKind] = [kind for kind in ("human", "model", "imported") if kind not in params.raters]
    asked = Asked(params.rubric, params.batch, others, last_of(store, params), params.version or "")
    return sum(len(page) for page in ratings.pages(store, asked))


def execute(
    context: JobContext,
    kind: str,
    params: Params,
    select: Callable[[Store, Params], Selections[Picked]],
    make: Callable[[Store, Picked, Origins], Iterable[Row]],
    more: Callable[[Counter[Any]], dict[str, Any]] = lambda _: {},
) -> dict[str, Any]:
    """Write what the policy keeps, enter it as a data set where it can be trained on, and record it.

    `more` is what card and result say beside, of this kind alone, by how many rows have which `label`. DataError where
    nothing is left.
    """
    store = context.store
    last = last_of(store, params)
    then = params.model_copy(update={"up_to": last})  # raters go on meanwhile
    chosen = select(store, then)
    found = _selections.survey(chosen)
    nothing = advice(store, then, found.counts)
    if nothing:
        raise DataError(nothing)
    written = _written(context, kind, _selections.rows(store, chosen, found, make), found.counts[tally.KEPT])
    of_kind = more(written.values["label"])
    card = _card(store, kind, then, found.counts, last, written) | of_kind
    name = params.name or f"{kind}-{context.job_id}"
    layout = _layout(written.path)
    entered = layout != "completions"  # rated answers, good and bad: not to be learned from unseen
    place, source = str(written.path), f"export of {params.rubric}"
    added = data.add(store, name, layout, written.rows, written.sha256, place, source, card) if entered else None
    path = _published(params, written, card)
    exports.add(
        store, kind, path, written.rows, written.sha256, params.model_dump(exclude=_NOT_POLICY), found.counts, last,
        added.id if added else None, context.job_id,
    )  # fmt: skip
    return {
        "data": added.name if added else None, "rows": written.rows, "path": path, "sha256": written.sha256,
        "last_judgment": last, "counts": found.counts, **of_kind,
    }  # fmt: skip


def advice(store: Store, params: ExportParams, counts: dict[str, int]) -> str | None:
    """What to do when no row is left; None if there is one."""
    if counts["kept"]:
        return None
    reason = next((name for name in counts if name != "kept"), None)
    if reason is None:
        others = rubrics.others_judged(store, params.rubric, params.batch)
        if others:
            return f"Nothing has been rated on {params.rubric}, but on {' and '.join(others)}: choose that rubric."
        return "Nothing has been rated yet: rate some answers first."
    return f"No row is left, most often because: {reason}. Rate more answers, or change a threshold knowingly."


# --- file and card ---


@dataclass(frozen=True, slots=True)
class _Written:
    """The workspace's own file. `values` counts what stands in the columns that a card sums up."""

    path: Path
    sha256: str
    rows: int
    columns: tuple[str, ...]
    values: dict[str, Counter[Any]]


def _written(context: JobContext, kind: str, rows: Iterable[Row], expected: int) -> _Written:
    """The rows as they come, one a line; under their hash once the last is on the disk."""
    file = context.workspace.job_folder(context.job_id) / f"{kind}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    columns: tuple[str, ...] = ()
    values: dict[str, Counter[Any]] = {name: Counter() for name in _SUMMED_UP}
    with file.open("w", encoding="utf-8") as lines:
        for number, row in enumerate(rows, 1):
            lines.write(canonical_json(row) + "\n")
            columns = columns or tuple(row)
            for name in _SUMMED_UP & row.keys():
                values[name][row[name]] += 1
            if number % _ROWS_A_LOOK == 0:
                context.check_cancelled()
                context.progress(number, expected)
    kept, fingerprint = sources.keep(file, context.workspace)
    file.unlink()  # a job that is resumed writes it again from its first row
    return _Written(kept, fingerprint, number, columns, values)


def _layout(path: Path) -> Layout:
    """What the columns mean; DataError for a row that does not say it, a row at a time."""
    meant = recognise.meaning(recognise.sample(path), str(path), None, {})
    for _ in formats.rows(path, meant):
        pass
    return meant.layout


def _published(params: ExportParams, written: _Written, card: Mapping[str, Any]) -> str:
    """The file that was asked for, with its card beside it; else the workspace's own. The path that is recorded."""
    kept = written.path
    if params.out is None:
        return str(kept)
    out = Path(params.out)
    if out.suffix.lower() == ".parquet":
        table = kept.with_name(f"{kept.stem}.parquet")
        _parquet.write(table, kept, written.columns)
        sources.write_durably(out, table)
    else:
        sources.write_durably(out, kept)
    words = kept.with_name(f"{kept.stem}.card.toml")
    words.write_text(tomli_w.dumps(dict(card)), encoding="utf-8")
    sources.write_durably(out.with_name(f"{out.stem}.card.toml"), words)
    return params.out


def _card(
    store: Store, kind: str, params: ExportParams, counts: Mapping[str, int], last: int, written: _Written
) -> Row:
    """What a reader of the file must know; without times, so that the same export has the same card."""
    policy = {name: value for name, value in params.model_dump(exclude=_NOT_POLICY).items() if value is not None}
    return {
        "kind": kind,
        "rows": written.rows,
        "sha256": written.sha256,
        "columns": list(written.columns),
        "made_by": f"workbench {__version__}",
        "last_judgment": last,
        "rubric_versions": [one.hash for one in versions(store, params)],
        "policy": {name: list(value) if isinstance(value, tuple) else value for name, value in policy.items()},
        "counts": dict(counts),
        "rows_by_rater_kind": dict(written.values["rater_kind"]),
        "limits": "Evaluation-only prompts and their relatives are left out; hidden repeats and gold never count.",
    }

"""What every export does: whose judgments count, what never leaves, the file, its card and its record.

An export is made from the judgments up to one event, so the same policy and that event make the same bytes again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

import tomli_w
from pydantic import Field, field_validator

from workbench import __version__
from workbench import rubrics as rubric_files
from workbench.data import formats, sources
from workbench.data.families import families
from workbench.errors import DataError, UsageError
from workbench.jobs._context import JobContext
from workbench.jobs._params import BatchId, JobParams, RubricName
from workbench.records import PEOPLE, Message, Prompt, RatedCompletion, RaterKind
from workbench.spec import canonical_json
from workbench.store import Store, data, exports, judgments, models, prompts, ratings, rubrics

Row = dict[str, Any]
SUFFIXES = (".jsonl", ".parquet")
_NOT_POLICY = {"out", "name", "up_to"}


class ExportParams(JobParams):
    """Whose judgments, and where they go; a kind of export adds its thresholds."""

    rubric: RubricName = Field("general", description="judgments on this rubric")
    batch: BatchId | None = Field(None, description="of one batch only (empty: all)")
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


class Chosen(Protocol):
    """What a policy kept, and what it dropped by reason."""

    @property
    def counts(self) -> dict[str, int]: ...


Picked = TypeVar("Picked", bound=Chosen)


def check(store: Store, params: ExportParams) -> None:
    """The rubric and the file's name: whether a row is left is the preview's to say, and the job's."""
    rubric_files.load(params.rubric, store.workspace)
    if params.out is not None and Path(params.out).suffix.lower() not in SUFFIXES:
        raise UsageError(f"{params.out} is neither .jsonl nor .parquet.", "Name the file by one of the two.")


def criteria(store: Store, params: ExportParams) -> list[str]:
    return [one.name for one in rubric_files.load(params.rubric, store.workspace).criteria]


def rated(store: Store, params: ExportParams) -> list[RatedCompletion]:
    """The ratings that count; those of evaluation-only prompts and of their relatives are marked."""
    found = ratings.rated(store, params.rubric, params.batch, params.raters, params.up_to)
    held_out = kept_back(store, (one.prompt_id for one in found))
    return [replace(one, evaluation_only=one.prompt_id in held_out) for one in found]


def left_out(store: Store, params: ExportParams) -> int:
    """How many ratings (an answer, by one rater) do not count, since their kind of rater was not asked for."""
    others: list[RaterKind] = [kind for kind in ("human", "model", "imported") if kind not in params.raters]
    return len(ratings.rated(store, params.rubric, params.batch, others, params.up_to))


def family_of(store: Store, prompt_ids: Iterable[int]) -> dict[int, int]:
    """Prompt id -> the first prompt of its family: an evaluation-only one, if the family has any."""
    held = prompts.evaluation_only(store)
    asked = prompts.by_ids(store, prompt_ids)
    return families({id: prompt.text for id, prompt in (*held.items(), *sorted(asked.items()))})


def kept_back(store: Store, prompt_ids: Iterable[int]) -> set[int]:
    """The evaluation-only prompts, and the misspelt forms and twins of any: a family never straddles that split."""
    held = prompts.evaluation_only(store)
    return {id for id, first in family_of(store, prompt_ids).items() if first in held} if held else set()


def execute(
    context: JobContext,
    kind: str,
    params: Params,
    select: Callable[[Store, Params], Picked],
    rows: Callable[[Store, Picked], Sequence[Row]],
    more: Callable[[Picked], dict[str, Any]] = lambda _: {},
) -> dict[str, Any]:
    """Write what the policy keeps, enter it as a data set where it can be trained on, and record it.

    `more` is what card and result say beside, of this kind alone. DataError where nothing is left.
    """
    store = context.store
    newest = judgments.count(store)
    last = newest if params.up_to is None else min(params.up_to, newest)
    chosen = select(store, params.model_copy(update={"up_to": last}))
    nothing = advice(chosen.counts)
    if nothing:
        raise DataError(nothing)
    made = rows(store, chosen)
    file = context.workspace.job_folder(context.job_id) / f"{kind}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(canonical_json(row) + "\n" for row in made), encoding="utf-8")
    kept, fingerprint = sources.keep(file, context.workspace)
    of_kind = more(chosen)
    card = _card(store, kind, params, chosen.counts, last, made, fingerprint) | of_kind
    name = params.name or f"{kind}-{context.job_id}"
    layout = formats.read(kept).layout
    entered = layout != "completions"  # rated answers, good and bad: not to be learned from unseen
    source = f"export of {params.rubric}"
    added = data.add(store, name, layout, len(made), fingerprint, str(kept), source, card) if entered else None
    path = _published(params, kept, made, card)
    exports.add(
        store, kind, path, len(made), fingerprint, params.model_dump(exclude=_NOT_POLICY), chosen.counts, last,
        added.id if added else None, context.job_id,
    )  # fmt: skip
    return {
        "data": added.name if added else None, "rows": len(made), "path": path, "sha256": fingerprint,
        "last_judgment": last, "counts": chosen.counts, **of_kind,
    }  # fmt: skip


def advice(counts: dict[str, int]) -> str | None:
    """What to do when no row is left; None if there is one."""
    if counts["kept"]:
        return None
    reason = next((name for name in counts if name != "kept"), None)
    if reason is None:
        return "Nothing has been rated yet: rate some answers first."
    return f"No row is left, most often because: {reason}. Rate more answers, or change a threshold knowingly."


# --- rows ---


class Origins:
    """Where rows come from, in words and hashes: the columns that every export has."""

    def __init__(self, store: Store, prompt_ids: Iterable[int]) -> None:
        wanted = set(prompt_ids)
        self._prompts = prompts.by_ids(store, wanted)
        self._families = family_of(store, wanted)
        self._models = {one.id: one for one in models.all_models(store)}
        self._raters = {one.id: one for one in judgments.all_raters(store)}

    def asked(self, prompt_id: int) -> list[dict[str, str]]:
        """The prompt as messages."""
        return messages(self._prompts[prompt_id])

    def prompt(self, prompt_id: int) -> Row:
        """`family` is the id of a prompt: rows of one family belong on one side of a split."""
        return {"prompt_id": prompt_id, "family": self._families[prompt_id]}

    def rater(self, rater_id: int) -> Row:
        one = self._raters[rater_id]
        return {"rater_id": rater_id, "rater": one.name, "rater_kind": one.kind}

    def weights(self, model_id: int) -> str | None:
        """The hash of the weights that answered; None for answers from elsewhere."""
        return self._models[model_id].weights_hash

    def model(self, model_id: int) -> str:
        return self._models[model_id].name


def messages(prompt: Prompt) -> list[dict[str, str]]:
    return [_turn(turn) for turn in prompt.messages]


def answer(text: str) -> list[dict[str, str]]:
    """One assistant's turn."""
    return [_turn(Message("assistant", text))]


def _turn(turn: Message) -> dict[str, str]:
    return {"role": turn.role, "content": turn.content}


# --- file and card ---


def _published(params: ExportParams, kept: Path, rows: Sequence[Row], card: Mapping[str, Any]) -> str:
    """The file that was asked for, with its card beside it; else the workspace's own. The path that is recorded."""
    if params.out is None:
        return str(kept)
    out = Path(params.out)
    if out.suffix.lower() == ".parquet":
        _write_parquet(kept.with_name(f"{kept.stem}.parquet"), rows)
        sources.write_durably(out, kept.with_name(f"{kept.stem}.parquet"))
    else:
        sources.write_durably(out, kept)
    words = kept.with_name(f"{kept.stem}.card.toml")
    words.write_text(tomli_w.dumps(dict(card)), encoding="utf-8")
    sources.write_durably(out.with_name(f"{out.stem}.card.toml"), words)
    return params.out


def _write_parquet(path: Path, rows: Sequence[Row]) -> None:
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.Table.from_pylist(list(rows)), path)


def _card(
    store: Store, kind: str, params: ExportParams, counts: Mapping[str, int], last: int, rows: Sequence[Row],
    fingerprint: str,
) -> Row:  # fmt: skip
    """What a reader of the file must know; without times, so that the same export has the same card."""
    policy = {name: value for name, value in params.model_dump(exclude=_NOT_POLICY).items() if value is not None}
    raters = Counter(row["rater_kind"] for row in rows if "rater_kind" in row)
    return {
        "kind": kind,
        "rows": len(rows),
        "sha256": fingerprint,
        "columns": list(rows[0]),
        "made_by": f"workbench {__version__}",
        "last_judgment": last,
        "rubric_versions": rubrics.hashes(store, params.rubric),
        "policy": {name: list(value) if isinstance(value, tuple) else value for name, value in policy.items()},
        "counts": dict(counts),
        "rows_by_rater_kind": dict(raters),
        "limits": "Evaluation-only prompts and their relatives are left out; hidden repeats and gold never count.",
    }

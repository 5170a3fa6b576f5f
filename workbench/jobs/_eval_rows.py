"""The rows that a training looks at and does not learn, where they are not a share of its own (`eval_share`).

They are those of `eval_data`; where a training is to stop early and nothing else is said, those that its data set
holds for evaluation only. Of a set that holds some for evaluation only these are taken, of another one all. A row that
is trained on too says nothing of others and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.data import formats, splits
from workbench.data.formats import Table
from workbench.errors import DataError
from workbench.jobs import _inputs, _train_data
from workbench.jobs._context import JobContext
from workbench.jobs._train_params import TrainParams
from workbench.jobs._trainer import Trainers
from workbench.records import DataSet
from workbench.spec import canonical_json
from workbench.store import Store, data
from workbench.text import plural
from workbench.training.preflight import kept
from workbench.training.settings import TrainSettings

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

S = TypeVar("S", bound=TrainSettings)
_NOT_LEARNED = ("family", "task")  # columns of a row that no trainer reads


@dataclass(frozen=True, slots=True)
class EvalRows:
    """`rows` as the trainer takes them, and what is `told` of them; both empty where a run looks at no such rows.

    told: data: the set's name; rows: how many are looked at, of so many; trained_on: left out, since a row of the same
    content is trained on; trained: rows that are trained on and stand here too, repeated ones each time; asked: looked
    at, though a row that is trained on asks the same and answers otherwise; unfit: left out, since a training would not
    keep them either (its prompt fills max_length, or its answer is empty); own: they are the rows for evaluation only
    of the very set that is trained on.
    """

    rows: Sequence[Any] = ()
    told: Mapping[str, Any] = field(default_factory=dict)

    def settings(self, wanted: S) -> S:
        """The settings of a run that looks at these rows, if there are any."""
        return replace(wanted, eval_share=0.0, eval_rows=len(self.rows)) if self.rows else wanted


def words(told: Mapping[str, Any]) -> str:
    """What is `told`, as a sentence."""
    which = " for evaluation only" if told["own"] else ""
    parts = [f"{told['rows']} of {plural(told['of'], 'row')}{which} of {told['data']} are looked at, and not learned"]
    if told["trained_on"]:
        parts.append(f"{told['trained_on']} left out: the same stands in {plural(told['trained'], 'row')} trained on")
    if told["asked"]:
        parts.append(f"{told['asked']} ask what a row trained on asks, with another answer")
    if told["unfit"]:
        parts.append(f"{told['unfit']} left out: no answer within max_length")
    return "; ".join(parts)


def of_job(
    context: JobContext,
    params: TrainParams,
    trained: DataSet,
    learned: Table,
    trainers: Trainers,
    tokenizer: PreTrainedTokenizerBase,
) -> EvalRows:
    """For a run; a resumed one takes the very file it began with."""
    if _wants_own(params, trained):
        return _looked_at(trained.name, _table(trained), learned, trainers, tokenizer, params.max_length, own=True)
    if params.eval_data is None:
        return EvalRows()
    found = _train_data.data_set(context, params.eval_data, "eval_data")
    own = found.fingerprint == trained.fingerprint
    return _looked_at(found.name, _table(found), learned, trainers, tokenizer, params.max_length, own)


def of_preflight(
    store: Store, params: TrainParams, learned: Table, trainers: Trainers, tokenizer: PreTrainedTokenizerBase
) -> EvalRows:
    """Of a run that is not started: a file is read where it lies, without being entered."""
    names = data.names(store)
    own = params.data in names and _wants_own(params, data.by_name(store, params.data))
    reference = params.data if own else params.eval_data
    if reference is None:
        return EvalRows()
    here = reference in names
    table = _table(data.by_name(store, reference)) if here else formats.read(_inputs.data_file(store, reference))
    own = reference == params.data
    return _looked_at(Path(reference).name, table, learned, trainers, tokenizer, params.max_length, own)


def _wants_own(params: TrainParams, data: DataSet) -> bool:
    """Whether a run looks at what its data set holds for evaluation only, since it was told of nothing else."""
    told = params.eval_data or params.eval_share
    return bool(params.early_stopping and not told and data.card.get("evaluation"))


def _table(data: DataSet) -> Table:
    """Its rows for evaluation only; of a set without any, all."""
    table = formats.read(Path(data.path))
    held = splits.evaluation(table, splits.of(data.card))
    return held if held.rows else table


def _looked_at(
    name: str,
    table: Table,
    learned: Table,
    trainers: Trainers,
    tokenizer: PreTrainedTokenizerBase,
    max_length: int,
    own: bool,
) -> EvalRows:
    """Of `table`, what says something of a training on `learned`. DataError if nothing does."""
    trainer = _train_data.trainer(trainers, learned)
    others = _train_data.trainer(trainers, table)
    if others.name != trainer.name:
        raise _inputs.other_layout(name, table.layout, [one for one in trainers if trainers[one].name == trainer.name])
    trained, rows = trainer.rows(learned), others.rows(table)
    known, here = {_content(row) for row in trained}, {_content(row) for row in rows}
    new = [row for row in rows if _content(row) not in known]
    seen = others.examine(new, tokenizer, max_length)
    left = kept(new, seen.fates)
    if not left:
        raise DataError(
            f"{name} has no row to look at: of {plural(len(rows), 'row')} {len(rows) - len(new)} are trained on too, "
            f"and {len(new)} have no answer that fits max_length {max_length}.",
            "Name another set as eval_data, or a share as eval_share.",
        )
    asked = {_asked(row) for row in trained}
    told = {
        "data": name, "rows": len(left), "of": len(rows), "trained_on": len(rows) - len(new),
        "trained": sum(_content(row) in here for row in trained), "unfit": len(new) - len(left),
        "asked": sum("prompt" in row and _asked(row) in asked for row in left), "own": own,
    }  # fmt: skip
    return EvalRows(left, told)


def _content(row: Mapping[str, Any]) -> str:
    return canonical_json({name: value for name, value in row.items() if name not in _NOT_LEARNED})


def _asked(row: Mapping[str, Any]) -> str:
    """What a row asks; a plain text asks nothing."""
    return canonical_json(row.get("prompt"))

"""export-data: a data set as other programs take it, in a folder with a card; written whole or not at all."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, Literal

from pydantic import Field

from workbench.data import cards, files, formats, llama_factory, splits, trl
from workbench.data.files import Row
from workbench.data.layouts import Layout
from workbench.errors import DataError
from workbench.jobs import _inputs, _new_path
from workbench.jobs._context import JobContext
from workbench.jobs._params import DataName, JobParams
from workbench.records import DataSet, Lane
from workbench.store import Store, exports

LANE: Lane = "light"
TRAIN, TEST = "train", "test"  # the datasets library's own names of the splits
_ROWS_A_LOOK = 1000


class Params(JobParams):
    """Which data set, in which form, and where."""

    data: DataName = Field(description="a data set of the workspace, or a bundled one")
    to: Literal["jsonl", "parquet", "datasets", "trl", "llamafactory"] = Field("jsonl", description="the form")
    out: str = Field(description="a new folder to write")


def title(params: Params) -> str:
    return f"export {Path(params.data).name} to {params.to}"


def check(store: Store, params: Params) -> None:
    _inputs.check_data(store, params.data, formats.ASKABLE)
    _new_path.check_free(Path(params.out))
    if params.to == "llamafactory":
        llama_factory.check(_inputs.layout_of(store, params.data), params.data)


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    data = _inputs.data_set(context.store, context.workspace, params.data)
    out = Path(params.out)
    with _new_path.whole(out) as part:
        part.mkdir()
        counts = _write(context, params.to, data, part)
    policy = {"data": data.name, "fingerprint": data.fingerprint, "to": params.to}
    exports.add(
        context.store, f"data as {params.to}", str(out), counts.total(), _new_path.sha256(out), policy, dict(counts), 0,
        data.id, context.job_id,
    )  # fmt: skip
    return {"data": data.name, "to": params.to, "path": str(out), "rows": counts.total(), "counts": dict(counts)}


def _write(context: JobContext, form: str, data: DataSet, folder: Path) -> Counter[str]:
    """Everything that belongs into the folder; the rows of each split."""
    layout = _inputs.layout_of(context.store, data.name)
    convert = _CONVERSIONS.get(form, _as_it_is)
    names = {
        split: f"{data.name}_{split}.jsonl" if form == "llamafactory" else f"{split}.jsonl" for split in (TRAIN, TEST)
    }
    counts, columns = _write_lines(context, data, layout, convert, {one: folder / name for one, name in names.items()})
    names = {split: name for split, name in names.items() if counts[split]}
    if form == "llamafactory":
        info = {name.removesuffix(".jsonl"): llama_factory.entry(layout, name) for name in names.values()}
        (folder / "dataset_info.json").write_text(json.dumps(info, indent=2) + "\n", encoding="utf-8")
    if form in ("parquet", "datasets"):
        names = _through_datasets(form, folder, names)
    made = cards.Exported(
        data.name, form, data.layout, data.source, data.fingerprint, names, {one: counts[one] for one in names},
        list(columns), data.card,
    )  # fmt: skip
    (folder / "README.md").write_text(cards.card(made), encoding="utf-8")
    return counts


def _write_lines(
    context: JobContext, data: DataSet, layout: Layout, convert: Callable[..., Row], paths: dict[str, Path]
) -> tuple[Counter[str], dict[str, None]]:
    """The rows as JSON lines, a file a split that has any; (the rows of each split, the columns in their order)."""
    counts: Counter[str] = Counter()
    columns: dict[str, None] = {}
    with ExitStack() as opened:
        written: dict[str, IO[str]] = {}
        for number, (row, split) in enumerate(_rows(data, layout), 1):
            if number % _ROWS_A_LOOK == 1:
                context.check_cancelled()
                context.progress(number, data.rows)
            if split not in written:
                written[split] = opened.enter_context(paths[split].open("w", encoding="utf-8"))
            made = convert(layout, row, f"{data.name}, row {number}")
            columns |= dict.fromkeys(made)
            counts[split] += 1
            written[split].write(json.dumps(made, ensure_ascii=False) + "\n")
    return counts, columns


def _rows(data: DataSet, layout: Layout) -> Iterator[tuple[Row, str]]:
    split = splits.of(data.card)
    for number, (row, _) in enumerate(files.stream(Path(data.path)), 1):
        out = splits.evaluation_only(layout, row, split, f"{data.name}, row {number}")
        yield row, TEST if out else TRAIN


def _as_it_is(_layout: Layout, row: Row, _place: str) -> Row:
    return row


_CONVERSIONS: dict[str, Callable[[Layout, Row, str], Row]] = {
    "trl": trl.conversational,
    "llamafactory": llama_factory.row,
}


def _through_datasets(form: str, folder: Path, lines: dict[str, str]) -> dict[str, str]:
    """The written lines read by the datasets library and saved in its form, in whose place they go; split -> path."""
    import datasets

    cache = folder / ".cache"
    try:
        paths = {split: str(folder / name) for split, name in lines.items()}
        read = datasets.load_dataset("json", data_files=paths, cache_dir=str(cache))
        if form == "datasets":
            read.save_to_disk(str(folder))
        else:
            for split, rows in read.items():
                rows.to_parquet(str(folder / f"{split}.parquet"))
    except datasets.exceptions.DatasetsError as error:
        raise DataError(
            "The columns of these rows cannot be a table: a column holds values of several types.",
            "Export jsonl, or trl, which leaves further columns out.",
        ) from error
    finally:
        shutil.rmtree(cache, ignore_errors=True)
    for name in lines.values():
        (folder / name).unlink()
    return {split: f"{split}/*.arrow" if form == "datasets" else f"{split}.parquet" for split in lines}

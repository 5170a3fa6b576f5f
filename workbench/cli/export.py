"""workbench export"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shlex import quote
from typing import Any

import click

from workbench import jobs as kinds
from workbench.cli import _attach, _parameters
from workbench.cli._session import Group, Session
from workbench.cli._table import table
from workbench.cli._versions import pooled
from workbench.errors import DataError, UsageError
from workbench.store import event_log, exports
from workbench.store.exports import Export
from workbench.text import plural
from workbench.views.exports import ExportPreview, again, export_preview, kept_back_since
from workbench.views.home import next_from


@click.group(cls=Group)
def command() -> None:
    """Write judgments as training data, or as they are."""


def _options(kind: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The thresholds of a kind, and what every export takes."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        function = click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")(function)
        function = click.option(
            "--preview", "preview_only", is_flag=True, help="Show what would be kept and dropped; write nothing."
        )(function)
        return _parameters.options(kind)(function)

    return decorate


@command.command()
@_options("export-preferences")
@click.pass_obj
def preferences(session: Session, /, **given: Any) -> None:
    """Preference pairs from ratings, for DPO, in TRL's format; the counts come first."""
    _export(session, "export-preferences", given, "train dpo")


@command.command()
@_options("export-kto")
@click.pass_obj
def kto(session: Session, /, **given: Any) -> None:
    """Answers labelled good or bad, for KTO, in TRL's format; the counts come first."""
    _export(session, "export-kto", given, "train kto")


@command.command()
@_options("export-ratings")
@click.pass_obj
def ratings(session: Session, /, **given: Any) -> None:
    """Every rated answer with its scores; the counts come first."""
    _export(session, "export-ratings", given, None)


@command.command()
@_options("export-comparisons")
@click.pass_obj
def comparisons(session: Session, /, **given: Any) -> None:
    """Preference pairs from comparisons, for DPO, in TRL's format; the counts come first."""
    _export(session, "export-comparisons", given, "train dpo")


@command.command()
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file (.jsonl).")
@click.pass_obj
def events(session: Session, out: Path) -> None:
    """Every judgment and what it resolves to, for `events import` in another workspace."""
    with session.store() as store:
        written = event_log.write(store, out.expanduser())
    session.answer(written, f"{plural(written.judgments, 'judgment')} in {plural(written.rows, 'row')}: {out}")


@command.command("again")
@click.argument("export_id", type=int, metavar="EXPORT")
@click.option("--out", help="Also write the rows to this file (.jsonl or .parquet).")
@click.pass_obj
def again_(session: Session, export_id: int, out: str | None) -> None:
    """Make an export again from its policy and its last judgment, and compare the contents.

    What was marked for evaluation only since then stays out, and is named.
    """
    with session.store() as store:
        before = exports.by_id(store, export_id)
        asked = again(before, out)
        job = _attach.run(session, store, _parameters.spec(asked.kind, asked.params), False)
        kept_back = kept_back_since(store, before)
    if job.result["sha256"] != before.sha256:
        raise _other(before, job.result["sha256"], kept_back)
    session.answer({"job": job.id, **job.result}, f"the same {plural(job.result['rows'], 'row')}: {before.sha256}")


def _other(before: Export, sha256: str, kept_back: list[int]) -> DataError:
    """What is to be said of an export that came out differently."""
    what = f"Export {before.id} came out differently: {sha256}, not {before.sha256}"
    if kept_back:
        which = f"{plural(len(kept_back), 'prompt')} ({', '.join(map(str, kept_back))})"
        return DataError(
            f"{what}: {which} of it stay out, for they or their relatives were marked for evaluation only since.",
            "Train on the new rows; the old ones hold what a later comparison is measured on.",
        )
    return DataError(f"{what}.", "Compare the two files; a model renamed in the catalog changes what is written.")


def _export(session: Session, kind: str, given: dict[str, Any], then: str | None) -> None:
    """Preview, then write; `then` is the command that uses the data set."""
    preview_only, detach = given.pop("preview_only"), given.pop("detach")
    if preview_only and detach:
        raise UsageError("--detach does not go with --preview, which queues nothing.", "Leave one of them out.")
    spec = _parameters.spec(kind, given)
    with session.store() as store:
        kinds.check(store, spec)
        shown = export_preview(store, spec)
        if preview_only:
            session.answer(shown, f"{_counts(shown)}\n{shown.advice or ''}".rstrip())
            return
        session.say(_counts(shown))
        job = _attach.run(session, store, spec, detach)
        model = next_from(store)
    if not detach:
        rows, path, name = job.result["rows"], job.result["path"], job.result["data"]
        of = f" --model {quote(model)}" if model else ""
        use = f"; next: workbench {then}{of} --data {name}" if then else ""
        session.answer({"job": job.id, **job.result}, f"{plural(rows, 'row')} in {path}{use}")


def _counts(shown: ExportPreview) -> str:
    lines = [table((shown.kind, "count"), list(shown.counts.items()))]
    if len(shown.versions) > 1:
        lines.append(pooled(shown.versions))
    if shown.left_out:
        lines.append(f"{plural(shown.left_out, 'judgment')} by other raters left out (--raters takes them in)")
    return "\n".join(lines)

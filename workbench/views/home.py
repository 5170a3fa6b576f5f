"""Home: a row a model with what is known of it, and the next sensible step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workbench.records import Model
from workbench.statistics.mean import Interval, mean_interval
from workbench.store import Store, data, exports, jobs, judgments, models, summaries
from workbench.store.summaries import RatingSums, Summary
from workbench.text import plural
from workbench.views import kept_rounds
from workbench.views.batches import BatchRow, rows_from
from workbench.views.jobs import JobRow, active_rows
from workbench.views.kept_rounds import Figures

EMBEDDED_DEFAULT = "smollm2"
ELSEWHERE = ("server", "imported")  # kinds of models that no round begins with: their weights are not here


@dataclass(frozen=True, slots=True)
class HomeRow:
    """One model. `rating` is the human mean over prompts (1..5) with its interval; None without a rating.

    `figures` are those kept last: see rounds.
    """

    name: str
    parent: str | None
    kind: str
    answers: int
    rated: int
    rating: Interval | None
    pairs: int | None
    figures: Figures
    created_at: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next sensible step: `action` is its id, `values` prefill its form, `why` is one sentence."""

    action: str
    label: str
    why: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Home:
    """`judgments`: the newest event counted in `rows` and `open_batches`; `stale`: there are newer ones."""

    rows: tuple[HomeRow, ...]
    next_step: NextStep
    active: tuple[JobRow, ...]
    open_batches: tuple[BatchRow, ...]
    judgments: int
    stale: bool
    warning: str | None


def home(store: Store, rater: str) -> Home:
    """Everything Home shows, as of now."""
    kept = summaries.kept(store, rater)
    summary = kept if kept and kept.current(store) else summaries.count(store, rater)
    _keep_rounds(store)
    return _home(store, summary)


def home_at_once(store: Store, rater: str) -> Home:
    """Home from the summary that was kept last; `stale` if something was judged since (count it: `recount`)."""
    kept = summaries.kept(store, rater)
    return _home(store, kept) if kept else home(store, rater)


def recount(store: Store, rater: str) -> None:
    """Count the summary anew, if something was judged since, and keep it for the next look."""
    kept = summaries.kept(store, rater)
    if kept is None or not kept.current(store):
        summaries.keep(store, rater, summaries.count(store, rater))
    _keep_rounds(store)


def _keep_rounds(store: Store) -> None:
    """Compute the figures of rounds anew, if something was measured since."""
    if not kept_rounds.current(store):
        from workbench.views import rounds  # reads benchmarks, stress and bias: nothing that the first look needs

        rounds.keep(store)


def next_from(store: Store) -> str | None:
    """The model that the next round begins with: the newest whose weights are here; None without one."""
    here = _here(models.all_models(store))
    return here[-1].name if here else None


def _home(store: Store, summary: Summary) -> Home:
    known = models.all_models(store)
    rows = _rows(store, known, summary)
    batch_list = rows_from(store, summary.judged, summary.elsewhere)
    active = active_rows(store)
    return Home(
        rows,
        _next_step(store, known, rows, batch_list, active),
        tuple(active),
        tuple(row for row in batch_list if not row.finished),
        summary.last_judgment,
        not (summary.current(store) and kept_rounds.current(store)),
        store.warning,
    )


def _rows(store: Store, known: list[Model], summary: Summary) -> tuple[HomeRow, ...]:
    names = {model.id: model.name for model in known}
    answers = summaries.answers_by_model(store)
    known_figures = kept_rounds.kept(store)
    return tuple(
        _row(model, names, answers.get(model.id, 0), summary.scores.get(model.id), known_figures.get(model.name))
        for model in known
    )


def _row(
    model: Model, names: dict[int, str], answers: int, sums: RatingSums | None, figures: Figures | None
) -> HomeRow:
    return HomeRow(
        name=model.name,
        parent=names.get(model.parent_id) if model.parent_id else None,
        kind=model.kind,
        answers=answers,
        rated=sums.answers if sums else 0,
        rating=mean_interval(sums.prompts, sums.total, sums.squares) if sums else None,
        pairs=model.details.get("pairs"),
        figures=figures or Figures(),
        created_at=model.created_at,
    )


def _here(known: list[Model]) -> list[Model]:
    return [model for model in known if model.kind not in ELSEWHERE]


def _next_step(
    store: Store, known: list[Model], rows: tuple[HomeRow, ...], batch_list: list[BatchRow], active: list[JobRow]
) -> NextStep:
    """The first thing on the way round the loop that has not been done; what a person can do comes before watching."""
    stuck = _stuck(store, active)
    if stuck:
        return stuck
    unfinished = [row for row in batch_list if not row.finished]
    if unfinished:
        return _judge(next((row for row in unfinished if row.adjudicates is None), unfinished[0]), active)
    if active:
        why = f"{active[0].name} is {active[0].state}."
        return NextStep("jobs", f"watch job {active[0].id}", why, {"job": active[0].id})
    if not known:
        return NextStep("pull", f"fetch {EMBEDDED_DEFAULT}", "There is no model yet.", {"name": EMBEDDED_DEFAULT})
    here = _here(known)
    if not here:
        why = "There is no model here that could be trained."
        return NextStep("pull", f"fetch {EMBEDDED_DEFAULT}", why, {"name": EMBEDDED_DEFAULT})
    unmeasured = _measure(store, here)
    if unmeasured:
        return unmeasured
    newest = here[-1].name
    if not next(row.answers for row in rows if row.name == newest):
        return NextStep("generate", f"ask {newest}", f"{newest} has not answered anything yet.", {"model": newest})
    return _after_rating(store, here)


def _stuck(store: Store, active: list[JobRow]) -> NextStep | None:
    """To resume the job that all others wait for, which did not end well; None while anything else can run."""
    if not active or active[0].after is None:
        return None
    first = jobs.by_id(store, active[0].after)
    if first.state not in jobs.RESUMABLE:
        return None
    why = f"{active[0].name} waits for it, and it is {first.state}."
    return NextStep("jobs", f"resume job {first.id}", why, {"job": first.id})


def _judge(batch: BatchRow, active: list[JobRow]) -> NextStep:
    left = batch.answers - batch.judged
    label = f"rate {plural(left, 'answer')}" if batch.mode == "ratings" else f"compare {plural(left, 'pair')}"
    if batch.adjudicates is not None:
        label = f"settle {plural(left, 'answer' if batch.mode == 'ratings' else 'pair')}"
    meanwhile = f", and job {active[0].id} goes on meanwhile" if active else ""
    why = "is open" if batch.adjudicates is None else f"has what raters of batch {batch.adjudicates} disagree on"
    return NextStep(batch.command, label, f"Batch {batch.id} {why}{meanwhile}.", {"batch": batch.id})


def _measure(store: Store, known: list[Model]) -> NextStep | None:
    """Bench, stress and bias of the newest round and the model it came from, as far as they are missing."""
    newest = known[-1]
    parent = next((model for model in known if model.id == newest.parent_id), None)
    if parent is None:
        return None
    missing = kept_rounds.missing(store, (parent.name, newest.name))
    if not missing:
        return None
    why = f"{plural(len(missing), 'job')}: bench, stress and bias, to see whether {newest.name} got better."
    return NextStep("measure", f"measure {newest.name} and {parent.name}", why, {"jobs": missing})


_TRAINED_BY = {
    "preferences": ("train-dpo", "train DPO", "pair"),
    "kto": ("train-kto", "train KTO", "labelled answer"),
}  # what an export of ratings is for


def _after_rating(store: Store, known: list[Model]) -> NextStep:
    written = [one for one in exports.all_exports(store) if one.kind in _TRAINED_BY]
    scored = summaries.last_scored(store)
    if scored and (not written or written[0].last_judgment < scored):
        if jobs.failed_since(store, "export-preferences", judgments.time_of(store, scored)):
            why = "The ratings so far leave no pair to export."
            return NextStep("generate", "ask for more answers", why, {"model": known[-1].name})
        return NextStep("export-preferences", "export pairs", "There are ratings that no export holds.")
    trained = {model.details.get("export") for model in known}
    if written and written[0].rows and written[0].id not in trained:
        kind, label, row = _TRAINED_BY[written[0].kind]
        made = next(one.name for one in data.all_sets(store) if one.id == written[0].dataset_id)
        values = {"model": known[-1].name, "data": made}
        waiting = f"{plural(written[0].rows, row)} {'waits' if written[0].rows == 1 else 'wait'}"
        return NextStep(kind, label, f"{waiting} to be trained on.", values)
    return NextStep(
        "generate", "ask for more answers", "Everything asked for has been rated.", {"model": known[-1].name}
    )

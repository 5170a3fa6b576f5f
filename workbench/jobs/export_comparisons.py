"""export-comparisons: what raters said of two answers side by side -> preference pairs in TRL's format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import Field

from workbench.jobs import _export, _families
from workbench.jobs._context import JobContext
from workbench.jobs._export import ExportParams
from workbench.jobs._origins import Origins, answer
from workbench.jobs._selections import Row, Selections, each
from workbench.preferences.votes import VotedPair, VotePolicy, Votes, select
from workbench.records import ComparedAnswers, Completion, Lane
from workbench.store import Store, adjudicated, comparisons, completions
from workbench.store.comparisons import Comparison

LANE: Lane = "light"
check, advice, versions = _export.check, _export.advice, _export.versions


class Params(ExportParams):
    """What a compared pair must fulfil; a rater has one vote, a tie is half of one for either answer."""

    min_votes: int = Field(1, ge=1, description="least number of raters who compared the two")
    min_share: float = Field(2 / 3, gt=0.5, le=1, description="least share of the votes for the chosen answer")
    both_bad: bool = Field(False, description="keep pairs of which some rater called both answers bad")


def title(params: Params) -> str:
    return f"export comparisons ({params.rubric})"


def selection(store: Store, params: Params) -> Selections[Votes]:
    """What the policy keeps and drops of the comparisons as they are, or were after `up_to`. Repeats are no votes."""
    pages = _pages(store, params)
    last = _export.last_of(store, params)
    asked = comparisons.prompts_compared(store, params.rubric, params.batch, params.raters, last, params.version or "")
    held_out = _families.KeptBack(store, asked)
    policy = VotePolicy(params.min_votes, params.min_share, params.both_bad)

    def choose(page: list[Comparison]) -> Votes:
        texts = _texts(store, page)
        return select((_vote(one, texts, one.prompt_id in held_out) for one in page), policy)

    return each(pages, choose)


def left_out(store: Store, params: Params) -> int:
    """How many comparisons do not count, since their kind of rater was not asked for."""
    return sum(one.rater_kind not in params.raters for page in _standing(store, params) for one in page)


def rows(store: Store, chosen: Votes, origins: Origins) -> list[Row]:
    """TRL's conversational preference format, with the votes behind each pair in further columns."""
    answers = completions.by_ids(store, (id for one in chosen.pairs for id in (one.chosen_id, one.rejected_id)))
    return [_row(one, origins, answers) for one in chosen.pairs]


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    return _export.execute(context, "comparisons", params, selection, rows)


def _pages(store: Store, params: Params) -> Callable[[], Iterator[list[Comparison]]]:
    """The pages of comparisons that count."""
    as_now = params.model_copy(update={"up_to": _export.last_of(store, params)})

    def pages() -> Iterator[list[Comparison]]:
        for page in _standing(store, as_now):
            yield [one for one in page if one.rater_kind in params.raters]

    return pages


def _standing(store: Store, params: Params) -> Iterator[list[Comparison]]:
    """The pages of comparisons by raters of all kinds, without repeats; what an adjudicator settled stands alone."""
    last = _export.last_of(store, params)
    for page in comparisons.pages(store, params.rubric, params.batch, last, params.version or ""):
        yield adjudicated.settled(store, [one for one in page if one.repeat_of is None])


def _texts(store: Store, found: list[Comparison]) -> dict[int, str]:
    known = completions.by_ids(store, (id for one in found for id in (one.left_id, one.right_id)))
    return {one.id: one.text.strip() for one in known.values()}


def _vote(one: Comparison, texts: dict[int, str], held_out: bool) -> ComparedAnswers:
    same = texts[one.left_id] == texts[one.right_id]
    return ComparedAnswers(
        one.judgment_id, one.prompt_id, one.rater_id, one.left_id, one.right_id, one.outcome, same, held_out
    )


def _row(one: VotedPair, origins: Origins, answers: dict[int, Completion]) -> Row:
    chosen, rejected = answers[one.chosen_id], answers[one.rejected_id]
    raters = [origins.rater(vote.rater_id) for vote in one.votes]
    return {
        "prompt": origins.asked(one.prompt_id),
        "chosen": answer(chosen.text),
        "rejected": answer(rejected.text),
        "share": round(one.share, 4),
        "votes": len(one.votes),
        "raters": [rater["rater"] for rater in raters],
        "rater_kinds": sorted({rater["rater_kind"] for rater in raters}),
        **origins.prompt(one.prompt_id),
        "chosen_id": one.chosen_id,
        "rejected_id": one.rejected_id,
        "chosen_model": origins.weights(chosen.model_id),
        "rejected_model": origins.weights(rejected.model_id),
        "judgment_ids": [vote.judgment_id for vote in one.votes],
    }

"""What Rate and Versus say: rules, the scale, the state of saving, the summary. Pure functions of what they know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from workbench.errors import StoreError
from workbench.rating.attention import MIN_EXPOSURE_MS
from workbench.rating.session import Place, RatingSession
from workbench.rating.versus import Pair, VersusSession
from workbench.records import OUTCOMES, Judgment, Outcome, Prompt, Rubric
from workbench.text import clean, one_line, plural
from workbench.tui import figures
from workbench.tui.tones import STYLES, Tone
from workbench.tui.widgets.lines import rule
from workbench.views.text_difference import CLOSE, OPEN, marked

_OUTCOMES: dict[Outcome, str] = {
    "left": "answer 1 is better", "right": "answer 2 is better", "tie": "tie", "both_bad": "both bad",
}  # fmt: skip
EMPTY = "(an empty answer)"
MARKED = f"{OPEN}marked{CLOSE}: what the other answer has not"
ALONE = "nothing is marked: there is no other answer"
LONGEST_COMPARED = 20_000  # characters
_IN_COMMON = 1 / 3  # of two texts; where less is, marks would say no more than that they differ
_EXAMPLES = ("   ", ("a ", "bold $accent"), "examples")
ROOMY = 100  # columns
ROOMY_RULE = 78  # columns of a line above an answer
_TAB = {None: "tab: alone", 0: "alone, tab: answer 2", 1: "alone, tab: both"}
_WITHIN = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_SIGNS: dict[Tone, str] = {"muted": " ", "good": "✓", "warn": "!", "bad": "✗"}


@dataclass(frozen=True, slots=True)
class Summary:
    """What one rater has done in a batch: `rows` say how often each of `headings` was given.

    `done` is the word for it; `exports`: preference pairs may come of it.
    """

    judged: int
    skipped: int
    headings: tuple[str, ...]
    rows: dict[str, tuple[int, ...]]
    done: str
    exports: bool = False


def answer_rule(place: Place, marks: bool, lines: str, width: int) -> Content:
    """Which answer of which prompt, and which of its lines are shown; never whose it is."""
    left = f"answer {place.position} of {place.candidates}{_remarks(place.flagged, place.note, marks)}"
    return rule(left, _joined(lines, f"prompt {place.item_number} of {place.items}"), width)


def pair_rules(pair: Pair, marks: bool, lines: Sequence[str], alone: int | None, width: int) -> tuple[Content, Content]:
    """The lines above the two answers; never whose they are. `alone`: which of them scrolls by itself, 0 or 1.

    Side by side they are short: where answers scroll, a mark says which one does alone, and the keys are left out.
    """
    names = [f"answer 1{_remarks(pair.flagged, pair.note, marks)}", "answer 2"]
    count = f"pair {pair.item_number} of {pair.items}"
    if any(lines) and width < ROOMY_RULE:
        names = [f"{'▸ ' if at == alone else ''}{name}" for at, name in enumerate(names)]
        shown = [one.removeprefix("lines ") for one in lines]
        return rule(names[0], shown[0], width), rule(names[1], _joined(shown[1], count), width)
    tab = _TAB[alone] if any(lines) else ""
    told = [_joined(lines[at], tab if at == (alone or 0) else "", f"key {at + 1}") for at in (0, 1)]
    return rule(names[0], told[0], width), rule(names[1], f"{told[1]} · {count}", width)


def differing(first: str, second: str) -> tuple[str, str, str]:
    """Both texts with the words that differ marked, and what to say of that; unmarked where marks would not help."""
    if max(len(first), len(second)) > LONGEST_COMPARED:
        return first, second, "nothing is marked: the answers are too long to be compared"
    texts = marked(clean(first), clean(second))
    within = sum(len(stretch) for text in texts for stretch in _WITHIN.findall(text))
    if within > (1 - _IN_COMMON) * (len(first) + len(second)):
        return first, second, "nothing is marked: the answers differ throughout"
    return *texts, MARKED


def outcomes(pair: Pair) -> Content:
    """What the digits mean on Versus. An adjudicator sees what others gave, too."""
    parts: list[Content | str | tuple[str, str]] = []
    for key, outcome in enumerate(OUTCOMES, 1):
        parts += [(f"{key} ", "bold $accent"), f"{_OUTCOMES[outcome]}   "]
    parts += _EXAMPLES[1:]
    given = [f"{_OUTCOMES[outcome]} {pair.given[outcome]}" for outcome in OUTCOMES if pair.given.get(outcome)]
    return Content.assemble(*parts, f"\n(given {', '.join(given)})" if given else "")


def progress(judged: int, answers: int, pace: float | None, width: int) -> str:
    """`███······· 12/80 judged · 38 min left`; `pace` is seconds an answer, None while it is not known."""
    parts = [f"{figures.bar(judged, answers, 10)} {judged}/{answers} judged"]
    if pace is not None and judged < answers:
        each = f"{pace:.0f} s each, " if width >= ROOMY else ""
        parts.append(f"{each}{figures.rough(pace * (answers - judged))} left")
    return " · ".join(parts)


def reminder(minutes: int) -> str:
    return f"{plural(minutes, 'minute')} without a break: look away (rate --break-after 0: never)"


def prompt(asked: Prompt) -> str:
    """The conversation; a single question stands without the role before it."""
    if len(asked.messages) == 1:
        return asked.text
    return "\n".join(f"{turn.role}: {turn.content}" for turn in asked.messages)


def scale(rubric: Rubric, place: Place) -> Content:
    """The criteria with their scores so far, then question and anchor sentences of the one in focus.

    An adjudicator sees what others gave, too.
    """
    criteria = [one.name for one in rubric.criteria]
    parts: list[Content | str | tuple[str, str]] = []
    for name in criteria:
        mark, style = ("▸ ", "bold $accent") if name == place.focused else ("  ", "")
        given = f" (given {' '.join(map(str, place.given[name]))})" if name in place.given else ""
        parts.append((f"{mark}{clean(name)} {place.scores.get(name, '–')}{given}   ", style))
    focused = rubric.criterion(place.focused)
    parts += [("\n" + clean(focused.question), "bold"), *_EXAMPLES]
    for value, anchor in enumerate(focused.anchors, 1):
        parts += ["\n", (f" {value} ", "bold $accent"), f" {clean(anchor)}"]
    return Content.assemble(*parts)


def state(text: str, tone: Tone) -> Content:
    return Content.styled(f"{_SIGNS[tone]} {one_line(text, 400)}", STYLES[tone])


def of_event(event: Judgment) -> str:
    """`fluency 4`, `answer 1 is better`, `skip`, `undo`."""
    if event.outcome is not None:
        return _OUTCOMES[event.outcome]
    return f"{event.criterion} {event.value}" if event.kind == "score" else event.kind.replace("_", " ")


def saved(event: Judgment, undone: Judgment | None) -> str:
    """`undone`: what an undo has taken back."""
    if event.kind == "too_fast":
        return f"too fast: {event.value} was not applied; seen for {event.milliseconds} of {MIN_EXPOSURE_MS} ms"
    if undone:
        return f"saved: {of_event(undone)} taken back"
    return f"saved: {of_event(event)}"


def not_saved(error: StoreError, ignored: str | None = None) -> str:
    refused = f" ({ignored} not taken)" if ignored else ""
    return f"NOT SAVED{refused}; enter tries again, and so does the screen. {error.message} {error.hint or ''}".rstrip()


def rated(session: RatingSession) -> Summary:
    """How often each of 1..5 was given on each criterion."""
    states = session.states.values()
    scored = [state for state in states if not state.skipped]
    names = [one.name for one in session.rubric.criteria]
    given = {name: Counter(state.scores.get(name) for state in scored) for name in names}
    points = range(1, 6)
    rows = {name: tuple(given[name][value] for value in points) for name in names}
    return Summary(
        session.judged(), sum(state.skipped for state in states), tuple(map(str, points)), rows, "scored", True
    )


def compared(session: VersusSession) -> Summary:
    """How often each key was pressed."""
    states = session.states.values()
    given = Counter(state.outcome for state in states)
    skipped = sum(state.skipped and state.outcome is None for state in states)
    rows = {"pairs": tuple(given[outcome] for outcome in OUTCOMES)}
    return Summary(session.judged(), skipped, ("1", "2", "tie", "bad"), rows, "compared")


def summary(found: Summary, waiting: int, unit: str, way_out: str) -> Content:
    """What was done, once nothing is left to this rater, and who has the rest; `way_out` is what esc does."""
    width = max((len(name) for name in found.rows), default=0)
    done = f"{plural(found.judged - found.skipped, unit)} {found.done}"
    parts: list[Content | str | tuple[str, str]] = [
        (f"{_nothing_left(waiting)}\n\n", "bold"),
        f"{done}, {found.skipped} skipped\n\n",
        (f"{'':{width}}" + "".join(f"{name:>6}" for name in found.headings) + "\n", "$muted"),
    ]
    parts += [
        f"{clean(name):{width}}" + "".join(f"{n:>6}" for n in counts) + "\n" for name, counts in found.rows.items()
    ]
    if found.exports:
        parts += ["\n", ("e  ", "bold $accent"), "  preview the preference pairs, and export them"]
    parts += ["\n", ("u  ", "bold $accent"), "  take the last key back\n", ("esc", "bold $accent"), f"  {way_out}"]
    return Content.assemble(*parts)


def _nothing_left(waiting: int) -> str:
    if not waiting:
        return "Nothing is left to judge in this batch."
    held = f"{plural(waiting, 'prompt')} of this batch {'is' if waiting == 1 else 'are'} with other raters"
    return f"Nothing to judge now: {held}.\nWhat they let go comes here."


def _remarks(flagged: bool, note: str, marks: bool) -> str:
    """` · flagged · «differs» · note: made up`."""
    said = ("flagged" if flagged else "", f"{OPEN}differs{CLOSE}" if marks else "", note and f"note: {note}")
    return "".join(f" · {one}" for one in said if one)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)

"""What the Rate screen says: rules, the scale, the state of saving, the summary. Pure functions of what it knows."""

from __future__ import annotations

from typing import Literal

from textual.content import Content

from workbench.errors import StoreError
from workbench.rating.session import Place
from workbench.records import Judgment, Prompt, Rubric
from workbench.text import clean, one_line, plural
from workbench.tui.rating_thread import Summary
from workbench.tui.tones import STYLES, Tone

Fold = Literal["short", "whole", "line"]
NEXT_FOLD: dict[Fold, Fold] = {"short": "whole", "whole": "line", "line": "short"}
_NEXT_WORDS: dict[Fold, str] = {"short": "p shows more", "whole": "p folds it", "line": "p shows it"}
_SIGNS: dict[Tone, str] = {"muted": " ", "good": "✓", "warn": "!", "bad": "✗"}


def rule(left: str, right: str, width: int) -> Content:
    """`── prompt ───── 3 of 14 lines ──`."""
    line = "─" * max(1, width - len(left) - len(right) - 8)
    return Content.assemble(("── ", "$muted"), (left, "bold"), (f" {line} {right} ──", "$muted"))


def fold_remark(fold: Fold, lines: int, room: int) -> str:
    if fold == "short" and lines <= room:
        return plural(lines, "line")
    shown = f"{min(lines, room)} of {plural(lines, 'line')}"
    return f"{shown} · {_NEXT_WORDS[fold]}"


def answer_rule(place: Place, width: int) -> Content:
    """Which answer of which prompt; never whose."""
    return rule(f"answer {place.position} of {place.candidates}", f"prompt {place.item_number} of {place.items}", width)


def prompt(asked: Prompt) -> str:
    """The conversation; a single question stands without the role before it."""
    if len(asked.messages) == 1:
        return asked.text
    return "\n".join(f"{turn.role}: {turn.content}" for turn in asked.messages)


def scale(rubric: Rubric, place: Place) -> Content:
    """The criteria with their scores so far, then question and anchor sentences of the one in focus."""
    criteria = [one.name for one in rubric.criteria]
    parts: list[Content | str | tuple[str, str]] = []
    for name in criteria:
        mark, style = ("▸ ", "bold $accent") if name == place.focused else ("  ", "")
        parts.append((f"{mark}{clean(name)} {place.scores.get(name, '–')}   ", style))
    focused = rubric.criterion(place.focused)
    parts.append(("\n" + clean(focused.question), "bold"))
    for value, anchor in enumerate(focused.anchors, 1):
        parts += ["\n", (f" {value} ", "bold $accent"), f" {clean(anchor)}"]
    return Content.assemble(*parts)


def state(text: str, tone: Tone) -> Content:
    return Content.styled(f"{_SIGNS[tone]} {one_line(text, 400)}", STYLES[tone])


def of_event(event: Judgment) -> str:
    """`fluency 4`, `skip`, `undo`."""
    return f"{event.criterion} {event.value}" if event.kind == "score" else event.kind.replace("_", " ")


def saved(event: Judgment, exposure: int) -> str:
    if event.kind == "too_fast":
        return f"too fast: {event.value} was not applied; the text was up {event.milliseconds} of {exposure} ms"
    if event.kind == "undo":
        return "saved: taken back" + (f" ({event.criterion})" if event.criterion else "")
    return f"saved: {of_event(event)}"


def not_saved(error: StoreError, ignored: str | None = None) -> str:
    refused = f" ({ignored} not taken)" if ignored else ""
    return f"NOT SAVED{refused}: {error.message} Enter tries again; so does the screen, every 5 s."


def summary(found: Summary) -> Content:
    """What was done, once every answer has been judged."""
    width = max((len(name) for name in found.counts), default=0)
    parts: list[Content | str | tuple[str, str]] = [
        ("All answers of this batch are judged.\n\n", "bold"),
        f"{plural(found.judged - found.skipped, 'answer')} scored, {found.skipped} skipped\n\n",
        (f"{'':{width}}" + "".join(f"{value:>6}" for value in range(1, 6)) + "\n", "$muted"),
    ]
    parts += [
        f"{clean(name):{width}}" + "".join(f"{n:>6}" for n in counts) + "\n" for name, counts in found.counts.items()
    ]
    parts += [
        "\n", ("e  ", "bold $accent"), "  preview the preference pairs, and export them\n",
        ("u  ", "bold $accent"), "  take the last key back\n", ("esc", "bold $accent"), "  leave",
    ]  # fmt: skip
    return Content.assemble(*parts)

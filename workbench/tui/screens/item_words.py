"""What is said of one item: signs that need no colour, the rows of lists, and the item in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.records import Tokens
from workbench.text import one_line, plural
from workbench.tui import figures
from workbench.tui.screens.token_words import LEGEND, token_passages
from workbench.tui.tones import Tone
from workbench.tui.widgets.reader import Passage
from workbench.tui.widgets.table import Cell, Column, Row
from workbench.views.bench import ItemRow
from workbench.views.item_pairs import Change, ItemPair
from workbench.views.text_difference import marked

_CHANGES: dict[Change, tuple[str, Tone]] = {
    "lost": ("✗ lost", "bad"), "gained": ("✓ gained", "good"), "other answer": ("↔ other", "warn"),
    "same answer": ("= same", "muted"),
}  # fmt: skip


def pair_columns(before: str, after: str) -> tuple[Column, ...]:
    """Of a list of items in two runs."""
    return (
        Column("item", 6, "right"), Column("", 8), Column(before, 13), Column(after, 13), Column("gold", 13),
        Column("asked"),
    )  # fmt: skip


def sign(item: ItemRow) -> Cell:
    if item.correct is None:
        return Cell(figures.MISSING, "muted")
    return Cell("✓ right", "good") if item.correct else Cell("✗ wrong", "bad")


def choice(item: ItemRow, at: int | None) -> str:
    """A choice in its own words; a dash where the item has no such choice."""
    return figures.MISSING if at is None else item.choices[at].strip()


def pair_row(pair: ItemPair) -> Row:
    words, tone = _CHANGES[pair.change]
    cells = (
        Cell(figures.number(pair.after.position), "muted"), Cell(words, tone),
        Cell(choice(pair.before, pair.before.answer)), Cell(choice(pair.after, pair.after.answer)),
        Cell(choice(pair.after, pair.after.gold)), Cell(pair.after.question, "muted"),
    )  # fmt: skip
    return Row(pair.after.item_id, cells)


def item_passages(item: ItemRow, tokens: Mapping[int, Tokens]) -> list[Passage]:
    """One item of one run: prompt as sent, choices with their log-probabilities by `tokens`, gold, answer, scores."""
    scores = ", ".join(f"{name} {figures.number(value)}" for name, value in item.scores.items())
    return [
        Passage("prompt as sent", "accent"), Passage(item.context), Passage(""),
        *_asked_for(item, tokens), Passage(""),
        Passage(sign(item).text, sign(item).tone, "answer"), Passage(scores or figures.MISSING, label="scores"),
        *_margin(item), *_by_token(item, tokens),
    ]  # fmt: skip


def _margin(item: ItemRow) -> list[Passage]:
    """Nothing where no choices were weighed."""
    return [] if item.margin is None else [Passage(f"{_nats(item.margin)} nats over the next choice", label="margin")]


def _asked_for(item: ItemRow, tokens: Mapping[int, Tokens]) -> list[Passage]:
    """What was written, the choices that were weighed, or how likely the text itself is."""
    if item.text is not None:
        return [Passage("written answer", "accent"), Passage(item.text)]
    if not item.choices:
        its = [logprob for _, logprob in tokens.get(0, ())]
        known = f"{_nats(sum(its))} nats over {plural(len(its), 'token')}" if its else figures.MISSING
        return [Passage("log-probability of the text", "accent"), Passage(known)]
    choices = [_choice(item, at) for at in range(len(item.choices))]
    return [Passage("choices, with their log-probabilities in nats", "accent"), *choices]


def _by_token(item: ItemRow, tokens: Mapping[int, Tokens]) -> list[Passage]:
    """The choices again, or the text that was scored or written, coloured; nothing where the engine did not tell."""
    known = [at for at in range(max(1, len(item.choices))) if at in tokens]
    marks = {item.gold: "✓ gold", item.answer: "▸✓ answer" if item.answer == item.gold else "▸ answer"}
    found = [
        one
        for at in known
        for one in token_passages(tokens[at], marks.get(at, f"choice {at + 1}" if item.choices else "text"))
    ]
    return [Passage(""), Passage(LEGEND, "accent"), *found] if found else []


def compared_passages(pair: ItemPair, before: str, after: str) -> list[Passage]:
    """One item as two models answered it."""
    return [
        Passage("prompt as sent", "accent"), Passage(pair.after.context), Passage(""), *_both(pair, before, after)
    ]  # fmt: skip


def perturbed_passages(pair: ItemPair) -> list[Passage]:
    """One item clean and perturbed; words that differ stand in « »."""
    clean, perturbed = marked(pair.before.context, pair.after.context)
    return [
        Passage("clean prompt, «what differs»", "accent"), Passage(clean, marks=True), Passage(""),
        Passage("perturbed prompt", "accent"), Passage(perturbed, marks=True), Passage(""),
        *_both(pair, "clean", "perturbed"),
    ]  # fmt: skip


def _choice(item: ItemRow, at: int) -> Passage:
    marks = [words for words, here in (("✓ gold", item.gold), ("▸ answer", item.answer)) if here == at]
    return Passage(_marked_choice(item, at, marks), _tone(item, at), f"{_nats(item.logprobs[at]):>10}")


def _both(pair: ItemPair, before: str, after: str) -> list[Passage]:
    words, tone = _CHANGES[pair.change]
    names = (("✓ gold", pair.after.gold), (f"▸ {before}", pair.before.answer), (f"▸ {after}", pair.after.answer))
    lines = [
        Passage(
            _marked_choice(pair.after, at, [name for name, here in names if here == at]), _tone(pair.after, at),
            f"{_short(pair.before.logprobs[at]):>7} {_short(pair.after.logprobs[at]):>8}",
        )
        for at in range(len(pair.after.choices))
    ]  # fmt: skip
    return [
        Passage(f"choices, with their log-probabilities in nats: {before}, then {after}", "accent"), *lines,
        Passage(""), Passage(words, tone, "answer"),
    ]  # fmt: skip


def _marked_choice(item: ItemRow, at: int, marks: Sequence[str]) -> str:
    return one_line(item.choices[at], 2000) + "".join(f"   {mark}" for mark in marks)


def _tone(item: ItemRow, at: int) -> Tone:
    if at == item.gold:
        return "good"
    return "bad" if at == item.answer else ""


def _nats(value: float | None) -> str:
    return figures.MISSING if value is None else f"{value:.3f}"


def _short(nats: float) -> str:
    """In seven cells, for two of them stand before a choice: `-92.185`, `-132.16`, `-1126.8`."""
    return f"{nats:.{max(0, 5 - max(2, len(str(int(abs(nats))))))}f}"

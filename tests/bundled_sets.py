"""The bundled data sets measured: doubles, frames, openings, lengths, and what a rule without understanding gets right.

`bin/check-datasets` prints the table; test_bundled_data.py holds the limits. A rule is blind if it sees no word: the
commonest answer, the length, the position. Whoever adds rows looks here before the models do.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

from workbench.cli._table import table
from workbench.data.checks import Part, Row, Rows, duplicates, near_duplicates
from workbench.statistics.mean import Interval
from workbench.statistics.proportion import wilson

FOLDER = Path(__file__).parent.parent / "datasets"
FOLDS = 5
Item = dict[str, Any]


@dataclass(frozen=True)
class Guess:
    """A blind rule on a set: how often it is right, and how often chance is."""

    rule: str
    right: Interval
    chance: float

    @property
    def is_chance(self) -> bool:
        """Whether the interval holds what chance gives."""
        return self.right.low <= self.chance <= self.right.high


@dataclass(frozen=True)
class Labelled:
    """Texts with the label to be told, one of `classes` equally likely by chance."""

    texts: Sequence[str]
    labels: Sequence[object]
    classes: int


@dataclass(frozen=True)
class Chosen:
    """Options of each item, and the place of the right one."""

    options: Sequence[Sequence[str]]
    right: Sequence[int]


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.jsonl"))


def items(name: str) -> list[Item]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def card(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.card.toml").read_text(encoding="utf-8"))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def text(item: Item) -> str:
    """What an item says that no other need say: a shared passage and the twins of a sentence are left out."""
    if "context" in item:
        return str(item["question"])
    if "tokens" in item:
        return " ".join(item["tokens"])
    if isinstance(item.get("prompt"), list):
        return "\n".join(turn["content"] for key in ("prompt", "chosen") for turn in item[key])
    keys = ("prompt", "instruction", "input", "text", "question", "document", "sentence", "premise", "hypothesis",
            "sentence1", "sentence2", "en", "output", "summary")  # fmt: skip
    return "\n".join(str(item[key]) for key in keys if key in item)


def is_prose(name: str) -> bool:
    """Whether the set holds sentences; the others are word lists."""
    return len(words(text(items(name)[0]))) > 4


def own_texts(name: str) -> list[str]:
    """The texts of a set, one a pair where twins stand next to each other."""
    found = items(name)
    if name == "completions_bias":
        found = found[::2]
    return [text(item) for item in found]


def repeated(name: str) -> tuple[int, int]:
    """Rows that repeat an earlier one, exactly and nearly: by the checks that users have. Of lists, whole rows."""
    texts = own_texts(name) if is_prose(name) else [" ".join(map(str, list(item.values())[1:])) for item in items(name)]
    rows = Rows("prompts", [Row(number, (Part("user", one),)) for number, one in enumerate(texts, 1)])
    exact, near = (next(check.findings(rows)).number for check in (duplicates, near_duplicates))
    return int(exact or 0), int(near or 0)


def framed(texts: Sequence[str]) -> tuple[int, int]:
    """Items that share a run of five words with another, and the most items on one run."""
    holders: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for at, one in enumerate(texts):
        found = words(one)
        for start in range(len(found) - 4):
            holders[tuple(found[start : start + 5])].add(at)
    shared = [its for its in holders.values() if len(its) > 1]
    return len(set().union(*shared)) if shared else 0, max(map(len, shared), default=1)


def first_word(texts: Sequence[str]) -> tuple[str, int]:
    """The commonest first word and its items."""
    return Counter(words(one)[0] for one in texts).most_common(1)[0]


def lengths(texts: Sequence[str]) -> tuple[int, float, int]:
    """Shortest, median and longest, in words."""
    counts = [len(words(one)) for one in texts]
    return min(counts), median(counts), max(counts)


def labelled(name: str) -> Labelled | None:
    """What a classifier would be given, where the set is a classification."""
    found = items(name)
    if name in ("sentiment", "acceptability", "paraphrase"):
        return Labelled([text(item) for item in found], [item["label"] for item in found], 2)
    if name == "entailment":
        return Labelled([text(item) for item in found], [item["label"] for item in found], 3)
    if name == "similarity":  # more alike or less; the middle step is neither
        clear = [item for item in found if item["score"] != 2.5]
        return Labelled([text(item) for item in clear], [item["score"] > 2.5 for item in clear], 2)
    if name == "harmful":
        both = [*found, *items("benign_lookalikes")]
        return Labelled([text(item) for item in both], ["pair" in item for item in both], 2)
    return None


def hypotheses() -> Labelled:
    """Entailment by its second sentence alone, which must not give the label away."""
    found = items("entailment")
    return Labelled([item["hypothesis"] for item in found], [item["label"] for item in found], 3)


def chosen(name: str) -> Chosen | None:
    """The options of each item, where one is to be chosen."""
    found = items(name)
    if name == "multiple_choice":
        return Chosen([item["choices"] for item in found], [item["answer"] for item in found])
    if name.startswith("decisions_"):
        return Chosen(
            [item["choices"] for item in found], [item["choices"].index(item["favourable"]) for item in found]
        )
    return None


def answer_fifths() -> list[int]:
    """In which fifth of its passage each answer of question_answering begins."""
    places = [item["context"].index(item["answers"][0]) / len(item["context"]) for item in items("question_answering")]
    return [Counter(int(5 * place) for place in places)[fifth] for fifth in range(5)]


def guesses(name: str) -> list[Guess]:
    """The blind rules that fit the set."""
    found: list[Guess] = []
    if (told := labelled(name)) is not None:
        found += [_commonest(told), _by_feature("length", told, _word_count)]
    if told is not None and name not in ("harmful", "similarity"):  # twins open alike; a grade is no class
        found.append(_by_opening(told))
    if name == "entailment":
        found.append(_by_feature("length of hypothesis", hypotheses(), _word_count))
    if (choice := chosen(name)) is not None:
        found += [_commonest_place(choice), _by_size("longest", choice, max), _by_size("shortest", choice, min)]
    if name == "preferences":
        found += [_longer("longer, characters", len), _longer("longer, words", _word_count)]
    if name == "question_answering":
        fifths = answer_fifths()
        found.append(Guess("commonest fifth", wilson(max(fifths), sum(fifths)), 1 / 5))
    return found


def _word_count(one: str) -> int:
    return len(words(one))


def _commonest(told: Labelled) -> Guess:
    """Always the commonest label."""
    return Guess("commonest label", wilson(max(Counter(told.labels).values()), len(told.labels)), 1 / told.classes)


def _by_feature(rule: str, told: Labelled, feature: Callable[[str], float]) -> Guess:
    """The label whose mean is nearest, means taken from the other four fifths of the rows (fold = row modulo 5)."""
    values = [feature(one) for one in told.texts]
    right = 0
    for fold in range(FOLDS):
        known: dict[object, list[float]] = defaultdict(list)
        for at, (label, value) in enumerate(zip(told.labels, values, strict=True)):
            if at % FOLDS != fold:
                known[label].append(value)
        means = {label: mean(its) for label, its in sorted(known.items(), key=str)}
        for at in range(fold, len(values), FOLDS):
            right += min(means, key=lambda label: abs(means[label] - values[at])) == told.labels[at]
    return Guess(rule, wilson(right, len(values)), 1 / told.classes)


def _by_opening(told: Labelled) -> Guess:
    """The label of most texts with the same first word in the other four fifths; where they are even, none is said."""
    openings = [words(one)[0] for one in told.texts]
    right = n = 0
    for at, label in enumerate(told.labels):
        alike = Counter(
            other
            for index, other in enumerate(told.labels)
            if index % FOLDS != at % FOLDS and openings[index] == openings[at]
        )
        first, *others = alike.most_common(2) or [(None, 0)]
        if first[1] and not (others and others[0][1] == first[1]):
            n += 1
            right += first[0] == label
    return Guess("first word", wilson(right, n), 1 / told.classes)


def _commonest_place(choice: Chosen) -> Guess:
    """Always the place that is right most often."""
    places = len(choice.options[0])
    return Guess("commonest place", wilson(max(Counter(choice.right).values()), len(choice.right)), 1 / places)


def _by_size(rule: str, choice: Chosen, pick: Callable[..., str]) -> Guess:
    """Always the longest or the shortest option in characters, the first of them where several are."""
    pairs = zip(choice.options, choice.right, strict=True)
    right = sum(options.index(pick(options, key=len)) == place for options, place in pairs)
    return Guess(rule, wilson(right, len(choice.right)), 1 / len(choice.options[0]))


def _longer(rule: str, size: Callable[[str], int]) -> Guess:
    """The longer answer is taken for the better one; pairs of equal length are left out."""
    sizes = [tuple(size(item[key][0]["content"]) for key in ("chosen", "rejected")) for item in items("preferences")]
    unequal = [(better, worse) for better, worse in sizes if better != worse]
    return Guess(rule, wilson(sum(better > worse for better, worse in unequal), len(unequal)), 1 / 2)


def prose_table() -> str:
    """A line a set of sentences."""
    lines = []
    for name in filter(is_prose, names()):
        texts = own_texts(name)
        exact, near = repeated(name)
        shared, most = framed(texts)
        opening, count = first_word(texts)
        low, middle, high = lengths(texts)
        lines.append((name, len(items(name)), exact, near, shared, most, f"{low} {middle:g} {high}", opening, count))
    return table(
        ("set", "rows", "double", "near", "share 5-gram", "most on one", "words min med max", "first word", "items"),
        lines,
    )


def guess_table() -> str:
    """A line a blind rule."""
    lines = []
    for name in names():
        for guess in guesses(name):
            right = guess.right
            interval = f"{right.estimate:.1%} [{right.low:.1%}, {right.high:.1%}]"
            verdict = "chance" if guess.is_chance else "NOT CHANCE"
            lines.append((name, guess.rule, right.n, interval, f"{guess.chance:.1%}", verdict))
    return table(("set", "blind rule", "n", "right [95 %]", "chance", ""), lines)


def place_table() -> str:
    """How often each place holds the right answer."""
    chosen_sets = [(name, choice) for name in names() if (choice := chosen(name)) is not None]
    lines = [
        (name, " ".join(str(Counter(choice.right)[place]) for place in range(len(choice.options[0]))))
        for name, choice in chosen_sets
    ]
    return table(
        ("set", "right answers by place"), [*lines, ("question_answering", " ".join(map(str, answer_fifths())))]
    )


def list_table() -> str:
    """A line a word list."""
    return table(("word list", "rows", "double"), [
        (name, len(items(name)), repeated(name)[0]) for name in names() if not is_prose(name)
    ])  # fmt: skip


if __name__ == "__main__":
    print("\n\n".join([prose_table(), guess_table(), place_table(), list_table()]))

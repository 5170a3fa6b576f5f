"""Constraints on the form of an answer that a program can decide: the kinds of the set instruction_following.

The card of the set defines each kind, and how an answer is read: what a word, a line, a sentence is. An argument
that is None leaves a side open.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from workbench.workspace import bundled_file

_ALNUM = r"[^\W_]"
_END = re.compile(r"(?:[.!?]+|…)[\"'”’»)\]]*(?=\s|$)")
_LEAST_SHARE = 0.15  # of a language's commonest words among all
_QUOTES = '"“”'
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "number": (int, float), "boolean": bool, "array": list, "object": dict,
}  # fmt: skip


def holds(constraint: Mapping[str, Any], answer: str) -> bool:
    """Whether the answer, without white space at its ends, keeps to a constraint: its `kind`, and the kind's arguments.

    An empty answer keeps to none. Arguments that are None are as good as absent. KeyError for an unknown kind.
    """
    keeps_to = _KINDS[constraint["kind"]]
    given = {name: value for name, value in constraint.items() if name != "kind" and value is not None}
    said = unicodedata.normalize("NFC", answer).strip()
    return bool(said) and keeps_to(said, **given)


def words(text: str) -> list[str]:
    """Runs of non-space characters with at least one letter or digit."""
    return [run for run in text.split() if any(one.isalnum() for one in run)]


def lines(text: str) -> list[str]:
    """Those that are not blank."""
    return [line for line in text.splitlines() if line.strip()]


def sentences(text: str) -> list[str]:
    """What lies between the ends: . ! ? or an ellipsis, with closing quotes or brackets, then white space."""
    return [piece for piece in _END.split(text) if any(one.isalnum() for one in piece)]


def paragraphs(text: str) -> list[str]:
    return [piece for piece in re.split(r"\n[^\S\n]*\n", text) if piece.strip()]


def occurrences(text: str, answer: str) -> int:
    """How often a text is found, ignoring case, with no letter or digit directly before or after it."""
    return len(re.findall(rf"(?<!{_ALNUM}){re.escape(text)}(?!{_ALNUM})", answer, re.IGNORECASE))


def _within(count: int, min: int | None = None, max: int | None = None) -> bool:
    return (min is None or count >= min) and (max is None or count <= max)


def _counted(count: Callable[[str], int]) -> Callable[..., bool]:
    """A kind with the arguments min and max."""
    return lambda answer, **bounds: _within(count(answer), **bounds)


def _exactly(count: Callable[[str], int]) -> Callable[..., bool]:
    """A kind with the argument n."""
    return lambda answer, n: count(answer) == n


def _matching(pattern: str) -> Callable[[str], int]:
    """How many lines begin so."""
    begins = re.compile(pattern)
    return lambda answer: sum(begins.match(line) is not None for line in lines(answer))


def _found(pattern: str) -> Callable[[str], int]:
    """How often it is found."""
    return lambda answer: len(re.findall(pattern, answer))


def _numbered(answer: str, n: int) -> bool:
    numbers = [int(found[1]) for line in lines(answer) if (found := re.match(r"(\d+)[.)] ", line))]
    return numbers == list(range(1, n + 1))


def _is_uppercase(word: str) -> bool:
    letters = [one for one in word if one.isalpha()]
    return len(letters) >= 2 and not any(one.islower() for one in letters)


def _begins_with(word: str, letter: str) -> bool:
    return next(one for one in word if one.isalnum()).lower() == letter


def _bare(word: str) -> str:
    """Without case, and without the punctuation round it."""
    return re.sub(r"^[\W_]+|[\W_]+$", "", word).casefold()


def _no_repeated_words(answer: str) -> bool:
    found = [_bare(word) for word in words(answer)]
    return len(set(found)) == len(found)


def _is_quoted(answer: str) -> bool:
    return len(answer) >= 2 and answer[0] in _QUOTES and answer[-1] in _QUOTES


def _is_in(answer: str, code: str) -> bool:
    found = [run.lower() for run in re.findall(r"[^\W\d_]+", answer)]
    hits = {language: sum(run in little for run in found) for language, little in _function_words().items()}
    most = max(count for language, count in hits.items() if language != code)
    return hits[code] > most and hits[code] >= _LEAST_SHARE * len(found)


@cache
def _function_words() -> dict[str, frozenset[str]]:
    card = tomllib.loads(bundled_file("datasets", "instruction_following", ".card.toml").read_text(encoding="utf-8"))
    return {language: frozenset(text.split()) for language, text in card["function_words"].items()}


def _is_one_of(answer: str, options: Sequence[str]) -> bool:
    return answer.casefold().removesuffix(".") in [one.casefold().removesuffix(".") for one in options]


def _is_sorted(answer: str) -> bool:
    keys = [re.sub(r"^[\W_]+", "", line.lower()) for line in lines(answer)]
    return keys == sorted(keys)


def _acrostic(answer: str, word: str) -> bool:
    first = [next((one for one in line if one.isalpha()), "") for line in lines(answer)]
    return "".join(first).casefold() == word.casefold()


def _separated(answer: str, text: str, parts: int) -> bool:
    found: list[list[str]] = [[]]
    for line in answer.splitlines():
        if line.strip() == text:
            found.append([])
        else:
            found[-1].append(line)
    return len(found) == parts and all("".join(part).strip() for part in found)


def _table(answer: str, columns: Sequence[str], rows: int) -> bool:
    cells = [_cells(line) for line in lines(answer) if line.startswith("|")]
    if len(cells) != rows + 2 or any(len(row) != len(columns) for row in cells):
        return False
    return cells[0] == list(columns) and all(re.fullmatch(r":?-+:?", one) for one in cells[1])


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def _json(answer: str) -> Any:
    """The value of an answer, out of its code fence if it has one; None for what is no JSON."""
    fenced = re.fullmatch(r"```\w*\n(.*)\n```", answer, re.DOTALL)
    try:
        return json.loads(fenced[1] if fenced else answer)
    except ValueError:
        return None


def _is(value: Any, name: str) -> bool:
    """Of a JSON type; true and false are no numbers."""
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _json_object(answer: str, keys: Sequence[str], types: Mapping[str, str]) -> bool:
    value = _json(answer)
    return isinstance(value, dict) and set(value) == set(keys) and all(_is(value[key], types[key]) for key in keys)


def _json_array(answer: str, length: int, items: str) -> bool:
    value = _json(answer)
    return isinstance(value, list) and len(value) == length and all(_is(one, items) for one in value)


_KINDS: dict[str, Callable[..., bool]] = {
    "min_words": lambda answer, n: len(words(answer)) >= n,
    "max_words": lambda answer, n: len(words(answer)) <= n,
    "word_count": _counted(lambda answer: len(words(answer))),
    "sentence_count": _counted(lambda answer: len(sentences(answer))),
    "paragraph_count": _exactly(lambda answer: len(paragraphs(answer))),
    "line_count": _exactly(lambda answer: len(lines(answer))),
    "words_per_line": lambda answer, **bounds: all(_within(len(words(line)), **bounds) for line in lines(answer)),
    "bullet_count": _exactly(_matching(r"\s*[-*•] ")),
    "numbered_count": _numbered,
    "heading_count": _exactly(_matching(r"#{1,6} ")),
    "starts_with": lambda answer, text: answer.startswith(text),
    "ends_with": lambda answer, text: answer.endswith(text),
    "each_line_starts_with": lambda answer, text: all(line.lstrip().startswith(text) for line in lines(answer)),
    "each_line_ends_with": lambda answer, text: all(line.rstrip().endswith(text) for line in lines(answer)),
    "contains": lambda answer, words: all(occurrences(one, answer) for one in words),
    "excludes": lambda answer, words: not any(occurrences(one, answer) for one in words),
    "word_frequency": lambda answer, word, **bounds: _within(occurrences(word, answer), **bounds),
    "letter_frequency": lambda answer, letter, **bounds: _within(answer.lower().count(letter), **bounds),
    "excludes_characters": lambda answer, characters: not set(answer) & set(characters),
    "max_word_length": lambda answer, n: all(len(run) <= n for run in re.findall(r"[^\W\d_]+", answer)),
    "word_initial": lambda answer, letter: all(_begins_with(word, letter) for word in words(answer)),
    "no_repeated_words": _no_repeated_words,
    "lowercase": lambda answer: not any(one.isupper() for one in answer),
    "uppercase": lambda answer: not any(one.islower() for one in answer),
    "uppercase_word_count": _counted(lambda answer: sum(map(_is_uppercase, words(answer)))),
    "number_count": _counted(_found(r"\d+(?:[.,]\d+)*")),
    "question_count": _counted(_found(r"\?+")),
    "placeholder_count": _counted(_found(r"\[[^\[\]\n]+\]")),
    "bold_count": _exactly(_found(r"\*\*(?!\s)(?:(?!\*\*).)+\*\*")),
    "quoted": _is_quoted,
    "language": _is_in,
    "one_of": _is_one_of,
    "sorted_lines": _is_sorted,
    "acrostic": _acrostic,
    "separator": _separated,
    "table": _table,
    "json_object": _json_object,
    "json_array": _json_array,
}

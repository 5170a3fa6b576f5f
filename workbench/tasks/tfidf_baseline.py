"""What a classifier without a language model gets right on the same items: TF-IDF with logistic regression.

A model that is not above it has shown no understanding that counting words does not show too. Each item is told by a
classifier fitted on the other nine tenths of the items, so its predictions pair with a model's item by item.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

FOLDS = 10
_INNER_FOLDS = 5
_STRENGTHS = (0.1, 1.0, 10.0, 100.0)  # C, the inverse of the penalty's weight
LEAST = 4  # items of every label: fewer cannot be split into folds twice


def tfidf_logistic(
    texts: Sequence[str], labels: Sequence[Any], seed: int = 0, families: Sequence[Hashable] | None = None
) -> list[Any]:
    """The label told for each item, out of fold: ten folds, in each the strength chosen by inner cross-validation.

    Words and pairs of words count. Items of one family (None: each is its own) are in one fold, as twins must be: a
    text whose twin with the other label was learned from is told wrongly. ValueError with a reason: one label only, or
    one with fewer than LEAST items.
    """
    counts = Counter(labels)
    if len(counts) < 2:
        raise ValueError("all items have the same label")
    rarest = min(counts, key=lambda label: counts[label])
    if counts[rarest] < LEAST:
        raise ValueError(f"the label {rarest!r} has {counts[rarest]} items, not {LEAST}")
    names = sorted(counts, key=str)
    classes = [names.index(label) for label in labels]
    probabilities = _out_of_fold(texts, classes, families or range(len(texts)), seed)
    return [names[place] for place in probabilities.argmax(axis=1)]


def tfidf_choices(
    questions: Sequence[str], choices: Sequence[Sequence[str]], right: Sequence[int], seed: int = 0
) -> list[int]:
    """The place told for each question, out of fold: of its choices, that which looks most like a right answer.

    A classifier tells right from wrong choices beside their questions; all choices of a question are in one fold.
    ValueError where there are fewer than LEAST questions.
    """
    if len(questions) < LEAST:
        raise ValueError(f"there are {len(questions)} questions, not {LEAST}")
    places = [(item, place) for item, offered in enumerate(choices) for place in range(len(offered))]
    texts = [f"{questions[item]}\n{choices[item][place]}" for item, place in places]
    is_right = [int(right[item] == place) for item, place in places]
    probabilities = _out_of_fold(texts, is_right, [item for item, _ in places], seed)[:, 1]
    told: dict[int, tuple[float, int]] = {}
    for (item, place), probability in zip(places, probabilities.tolist(), strict=True):
        told[item] = max(told.get(item, (-1.0, 0)), (probability, -place))  # of equal ones the first
    return [-told[item][1] for item in range(len(questions))]


def _out_of_fold(texts: Sequence[str], classes: Sequence[int], families: Sequence[Hashable], seed: int) -> np.ndarray:
    """(texts, classes): the probability of each class, from a classifier that saw no text of the same family."""
    import numpy as np
    from sklearn.model_selection import StratifiedGroupKFold
    from threadpoolctl import threadpool_limits

    numbers = {family: number for number, family in enumerate(dict.fromkeys(families))}
    told, given = np.array(texts, dtype=object), np.array(classes)
    of = np.array([numbers[family] for family in families])
    least = min(Counter(classes).values())
    folds = StratifiedGroupKFold(min(FOLDS, least), shuffle=True, random_state=seed)
    inner = StratifiedGroupKFold(min(_INNER_FOLDS, least - 1), shuffle=True, random_state=seed)
    found = np.zeros((len(texts), max(classes) + 1))
    with threadpool_limits(1):  # the matrices are small: threads would only wait for each other
        for known, asked in folds.split(told, given, of):
            found[asked] = _probabilities(told[known], given[known], inner, of[known], told[asked])
    return found


def _probabilities(known: np.ndarray, classes: np.ndarray, inner: Any, families: np.ndarray, asked: np.ndarray) -> Any:
    """(asked, classes), from a classifier fitted on the known texts, its strength chosen by the inner folds."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    weights = words.fit_transform(known)
    search = GridSearchCV(LogisticRegression(max_iter=1000), {"C": _STRENGTHS}, cv=inner)
    return search.fit(weights, classes, groups=families).predict_proba(words.transform(asked))

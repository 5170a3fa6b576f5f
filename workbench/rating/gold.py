"""Gold in the shape of the items it hides among: nobody may tell from an item that its scores are known.

It has as many answers as an item of the batch has, filled up with others to its prompt, and its prompt is none of
the batch: one that came twice with other answers could only be gold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.rating.compose import Answers
from workbench.records import NewItem
from workbench.spec import derived_seed


def hidden_among(
    items: Sequence[NewItem], known: Answers, beside: Mapping[int, Sequence[int]], texts: Mapping[int, str], seed: int
) -> list[NewItem]:
    """The gold items that may be mixed into `items`; a prompt with too few answers for any of their sizes has none.

    `known` are answers with known scores, `beside` every stored answer to their prompts, by prompt; `texts` has the
    text of each of these and of the items' answers: identical ones are shown once.
    """
    of_batch = {item.prompt_id for item in items}
    sizes = [len({texts[one].strip() for one in item.completions}) for item in items]
    shaped = (
        _shaped(prompt, (*answers, *_drawn(beside.get(prompt, ()), seed)), texts, sizes, seed)
        for prompt, answers in known
        if prompt not in of_batch
    )
    return [item for item in shaped if item is not None]


def _shaped(
    prompt: int, answers: Sequence[int], texts: Mapping[int, str], sizes: Sequence[int], seed: int
) -> NewItem | None:
    """The first of the answers: as many as a drawn one of these sizes, or as the largest beneath it that they fill."""
    distinct: dict[str, int] = {}
    for one in answers:
        distinct.setdefault(texts[one].strip(), one)
    drawn = sizes[derived_seed(seed, "shape", prompt) % len(sizes)]
    size = max((one for one in set(sizes) if one <= min(drawn, len(distinct))), default=None)
    return NewItem(prompt, tuple(distinct.values())[:size]) if size else None


def _drawn(answers: Sequence[int], seed: int) -> list[int]:
    return sorted(answers, key=lambda one: derived_seed(seed, "beside", one))

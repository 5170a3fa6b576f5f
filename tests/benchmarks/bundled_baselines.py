"""Every labelled bundled set: TF-IDF with logistic regression, and a model without examples, beside chance.

    python tests/benchmarks/bundled_baselines.py [--model smollm2] [--no-model]

The shares of items told rightly with Wilson's 95 % intervals. TF-IDF is cross-validated (ten folds); the model runs the
bundled task of the set in a workspace of its own, through `workbench bench`. `above`, `at chance` and `below` read the
interval. Below chance is no reason to turn a rule round: in a balanced set whose words tell nothing, what is learned
from holds a little more of every other label than of the one asked for.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import bundled_sets

from workbench.cli._table import table
from workbench.statistics.mean import Interval
from workbench.statistics.proportion import wilson
from workbench.tasks import index
from workbench.tasks.tfidf_baseline import tfidf_choices, tfidf_logistic


@dataclass(frozen=True)
class Line:
    name: str
    chance: float
    tfidf: Interval
    model: Interval | None

    @property
    def cells(self) -> tuple[object, ...]:
        return (self.name, self.tfidf.n, f"{self.chance:.3f}", *_cells(self.tfidf, self.chance),
                *(_cells(self.model, self.chance) if self.model else ("no task", "")))  # fmt: skip


def tfidf(name: str) -> tuple[float, Interval] | None:
    """Chance and the baseline's share; None for a set without labels."""
    if (told := bundled_sets.labelled(name)) is not None:
        found = tfidf_logistic(told.texts, told.labels, families=_families(name))
        return 1 / told.classes, _share(found, told.labels)
    if name == "multiple_choice":
        items = bundled_sets.items(name)
        right = [item["answer"] for item in items]
        found = tfidf_choices([item["question"] for item in items], [item["choices"] for item in items], right)
        return 1 / len(items[0]["choices"]), _share(found, right)
    return None


def asked(name: str, model: str, workspace: str) -> Interval | None:
    """The model's accuracy on the set's own task; None where its metric is another, or there is none."""
    if name not in index.bundled():
        return None
    command = [sys.executable, "-m", "workbench.cli.main", "--json", "--workspace", workspace]
    done = subprocess.run(
        [*command, "bench", "run", "--model", model, "--task", name], check=True, stdout=subprocess.PIPE, text=True
    )
    run = json.loads(done.stdout)["run"]
    return Interval(**run["accuracy"]) if run["metric"] == "acc" else None


def _families(name: str) -> list[str] | None:
    """A harmful request and its look-alike go together; elsewhere each item stands alone."""
    if name != "harmful":
        return None
    return [
        item.get("pair", item["id"]) for item in (*bundled_sets.items(name), *bundled_sets.items("benign_lookalikes"))
    ]


def _share(found: Sequence[object], gold: Sequence[object]) -> Interval:
    return wilson(sum(one == other for one, other in zip(found, gold, strict=True)), len(gold))


def _cells(found: Interval, chance: float) -> tuple[str, str]:
    against = "above" if found.low > chance else "below" if found.high < chance else "at chance"
    return f"{found.estimate:.3f} [{found.low:.3f}, {found.high:.3f}]", against


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--no-model", action="store_true", help="the baseline alone")
    given = parser.parse_args()
    lines = []
    with tempfile.TemporaryDirectory() as workspace:
        for name in bundled_sets.names():
            if (of_words := tfidf(name)) is not None:
                of_model = None if given.no_model else asked(name, given.model, workspace)
                lines.append(Line(name, *of_words, of_model).cells)
    model = "model" if given.no_model else f"{given.model}, 0-shot"
    print(table(("set", "n", "chance", "TF-IDF [95 %]", "", f"{model} [95 %]", ""), lines))


if __name__ == "__main__":
    main()

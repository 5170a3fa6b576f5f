"""Rating and comparing through a real terminal while something fails: nothing shown as saved is lost.

What goes wrong, and what is counted, stands in benchmarks/rating_trials.py. WORKBENCH_TRIALS sets how many trials are
made: by default 50, each kind of failure three times or more on each screen.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from rating_trials import KINDS, SCREENS, Field, run

TRIALS = int(os.environ.get("WORKBENCH_TRIALS", 50))

FORGETFUL = """
import sqlite3
class Forgetful(sqlite3.Connection):
    def execute(self, sql, *parameters):
        return super().execute("ROLLBACK" if sql == "COMMIT" else sql, *parameters)
connect = sqlite3.connect
sqlite3.connect = lambda *given, **named: connect(*given, factory=Forgetful, **named)
from workbench.cli.main import main
main()
"""


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    made = Field(tmp_path_factory.mktemp("trials"), prompts=20 + 2 * TRIALS, small=True)
    yield made
    made.close()


@pytest.mark.parametrize("number", range(TRIALS))
def test_nothing_is_lost_doubled_or_torn_and_the_screen_says_so(field: Field, number: int) -> None:
    trial = run(field, KINDS[number % len(KINDS)], SCREENS[number // len(KINDS) % len(SCREENS)], number)
    assert (trial.faults, trial.remarks) == (0, []), trial


def test_a_program_that_says_saved_and_forgets_is_found_out(field: Field) -> None:
    trial = run(field, "kill", "rate", seed=1, program=[sys.executable, "-c", FORGETFUL])
    assert (trial.keys, trial.lost, trial.unsaid) == (2, 1, 1)

"""What the checks of a data set found, the gravest first: for the command line and the screen alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.data.checks import LEVELS, Example, Finding
from workbench.text import plural


@dataclass(frozen=True, slots=True)
class DataCheck:
    """`findings` are ordered by level (errors first), then by the name of the check."""

    data: str
    layout: str
    rows: int
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """`2 errors, 1 warning`, or that nothing was found."""
        counts = Counter(finding.level for finding in self.findings)
        grave = [plural(counts[level], level) for level in LEVELS if level != "note" and counts[level]]
        return ", ".join(grave) or "nothing to mend"

    @property
    def grave(self) -> tuple[Finding, ...]:
        """Errors and warnings."""
        return tuple(finding for finding in self.findings if finding.level != "note")


def data_check(result: Mapping[str, Any]) -> DataCheck:
    """The result of a finished check-data job, or what a training keeps under `checks`."""
    found = sorted(map(_finding, result["findings"]), key=lambda one: (LEVELS.index(one.level), one.check))
    return DataCheck(result["data"], result["layout"], result["rows"], tuple(found))


def _finding(values: Mapping[str, Any]) -> Finding:
    examples = tuple(Example(tuple(one["rows"]), one["text"]) for one in values["examples"])
    return Finding(**{**values, "examples": examples})

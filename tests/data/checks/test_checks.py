"""What all checks keep to: no number without a measurement, few examples, and clean rows give notes only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from check_rows import answered, asked, preferred

from workbench import registry
from workbench.data import checks

CLEAN = preferred(
    ("What is the capital of Peru, and on which coast does it lie?", "Lima, on the Pacific coast.", "Cusco, inland."),
    ("Name the author of the novel that begins in Macondo.", "García Márquez.", "It was written by Borges, I think."),
)
DIRTY = asked(*["Write to a@b.example\x07 soon."] * 9, labels=tuple("000000001"))


def of(check, rows):
    return list(registry.get(checks.__name__, check, "check").findings(rows))


@pytest.mark.parametrize("rows", [CLEAN, DIRTY, asked(), answered(("Hello?", ""))], ids=["clean", "dirty", "no", "one"])
@pytest.mark.parametrize("check", checks.names())
def test_a_finding_bears_the_name_of_its_file_and_names_at_most_five_rows(check, rows):
    found = of(check, rows)
    assert {finding.check for finding in found} <= {check}
    assert all(len(finding.examples) <= checks.MOST_EXAMPLES for finding in found)
    assert all(1 <= number <= len(rows.rows) for one in found for shown in one.examples for number in shown.rows)


@pytest.mark.parametrize("check", checks.names())
def test_what_is_grave_has_examples_or_a_share_and_says_what_to_do(check):
    grave = [finding for finding in of(check, DIRTY) if finding.level != "note"]
    assert all(finding.advice and (finding.examples or 0 < finding.number <= 1) for finding in grave)


def test_clean_rows_give_notes_alone():
    assert {finding.level for finding in checks.findings(CLEAN)} == {"note"}


def test_what_was_not_measured_has_no_number():
    unmeasured = {finding.check for finding in checks.findings(CLEAN) if finding.number is None}
    assert unmeasured == {"over-long-rows", "benchmark-overlap"}
    given = replace(CLEAN, tokens=len, benchmarks={"a task": [["an item of five words"]]})
    assert all(finding.number is not None for finding in checks.findings(given))


def test_each_check_is_announced_before_it_runs():
    heard = []
    list(checks.findings(CLEAN, heard.append))
    assert tuple(heard) == checks.names()

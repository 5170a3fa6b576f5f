"""Personal data by its form. Numbers of cards and accounts are the published test numbers of their issuers."""

from __future__ import annotations

import pytest
from check_rows import asked
from hypothesis import given
from hypothesis import strategies as st

from workbench.data.checks.personal_data import findings, redact


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Mail jane.doe+x@mail.example.org.", "Mail [E-MAIL]."),
        ("GB82 WEST 1234 5698 7654 32", "[IBAN]"),
        ("DE89370400440532013000", "[IBAN]"),
        ("4111 1111 1111 1111", "[CARD]"),
        ("378282246310005", "[CARD]"),
        ("SSN 123-45-6789", "SSN [ID NUMBER]"),
        ("NI number QQ 12 34 56 C, AB 12 34 56 C", "NI number QQ 12 34 56 C, [ID NUMBER]"),  # QQ is never given out
        ("Ring +44 20 7946 0018 now", "Ring [PHONE] now"),
        ("(212) 555-0143 or 212-555-0143", "[PHONE] or [PHONE]"),
        ("030/1234567", "[PHONE]"),
        ("+49 (0)30 1234567", "[PHONE]"),
    ],
)
def test_a_form_is_replaced_by_its_kind(text, redacted):
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",  # one digit off: Luhn fails
        "0000 0000 0000 0000",  # passes Luhn, is nobody's card
        "GB82 WEST 1234 5698 7654 33",  # modulo 97 fails
        "000-12-3456",  # area 000 is never given out
        "On 2024-03-14 at 12:30, 1,234,567 people, 3.14159, page 100-110, ISBN 978-3-16-148410-0",
        "version 10.0.19045, 2020 2021 2022, 50 000 000 euros",
        "user@host",
    ],
)
def test_what_only_looks_alike_stays(text):
    assert redact(text) == text


def test_each_kind_is_counted_by_rows_and_shown_without_itself():
    rows = asked("a@b.example and c@d.example", "nothing", "a@b.example, 212-555-0143")
    found = {finding.sentence.rsplit(" ", 1)[1]: finding for finding in findings(rows)}
    assert {name: finding.number for name, finding in found.items()} == {"e-mail.": 2, "phone.": 1}
    assert found["e-mail."].examples[0].text == "[E-MAIL] and [E-MAIL]"


def test_a_mark_that_stands_in_the_data_is_no_find():
    (finding,) = findings(asked("Write to [E-MAIL]."))
    assert finding.number == 0


@given(st.text(alphabet="ab@. +-()0123456789GBDE", max_size=60))
def test_redacting_twice_changes_nothing_more(text):
    once = redact(text)
    assert redact(once) == once

"""Personal data by its form: addresses, numbers of telephones, cards, accounts and persons. And its removal.

Patterns find forms, not meanings. They miss names, postal addresses and whatever is written unusually, and they may
take an order number for a telephone. What they count is where to look, not all there is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from workbench.data.checks import MOST_EXAMPLES, Finding, Rows, example
from workbench.text import plural

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?![\w-])")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
# The social security number of the United States without the areas never given out, the British national insurance
# number without its unused letters.
_SSN = re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
_NINO = re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)")
_PHONE = re.compile(
    r"(?<![\w+.,-])(?<!\d )(?:"
    r"\+\d{1,3}(?:[ ./-]?\(?\d\)?){6,12}"  # +44 20 7946 0018
    r"|\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}([-. ])\d{3}\1\d{4}"  # (212) 555-0143, 212-555-0143
    r"|\(?0\d{2,4}\)?[ /-]\d{3,4}[ -]?\d{3,5}"  # 020 7946 0018, 030/1234567
    r")(?![\w-]|[.,]\d| \d)"
)


def redact(text: str) -> str:
    """The text with each find in place of itself: [E-MAIL], [IBAN], [CARD], [ID NUMBER], [PHONE].

    Redacting twice changes nothing more. What the patterns miss stays.
    """
    for name, replaced in _KINDS.items():
        text = replaced(text, f"[{name.upper()}]")
    return text


def findings(rows: Rows) -> Iterator[Finding]:
    """A finding for each kind that occurs, its number the rows with it; a single note with 0 where none does.

    Cards count only with a right check digit (Luhn), IBANs with right check digits (ISO 13616, modulo 97).
    """
    kinds = list(_of_kinds(rows))
    yield from kinds or [Finding("personal-data", 0, "note", "No e-mail address, telephone, card, IBAN or id number.")]


def _of_kinds(rows: Rows) -> Iterator[Finding]:
    texts = ((row, "\n".join(part.text for part in row.parts)) for row in rows.rows)
    redacted = [(row, text, after) for row, text in texts if (after := redact(text)) != text]
    for name in _KINDS:
        mark = f"[{name.upper()}]"
        found = [(row, after) for row, text, after in redacted if after.count(mark) > text.count(mark)]
        if found:
            yield Finding(
                "personal-data",
                len(found),
                "warning",
                f"{plural(len(found), 'row')} with something that has the form of: {name}.",
                tuple(example(row, _around(text, mark)) for row, text in found[:MOST_EXAMPLES]),
                "See whether it belongs to a person; `workbench data redact` writes a copy without it.",
            )


def _around(text: str, mark: str) -> str:
    """The redacted text from shortly before the mark: a report must not spread what it warns of."""
    at = text.index(mark)
    return f"{'…' if at > 40 else ''}{text[max(0, at - 40) :]}"


def _where(pattern: re.Pattern[str], valid: Callable[[str], bool]) -> Callable[[str, str], str]:
    """Replaces what has the form and passes the test."""

    def replaced(text: str, mark: str) -> str:
        return pattern.sub(lambda match: mark if valid(match.group()) else match.group(), text)

    return replaced


def _always(_found: str) -> bool:
    return True


def _luhn(found: str) -> bool:
    """The check digit of a card number (Luhn 1960): every second digit from the right doubled, digits summed."""
    digits = [int(digit) for digit in found if digit.isdigit()][::-1]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _modulo_97(found: str) -> bool:
    """The check digits of an IBAN: the first four places moved to the end, letters as 10..35, leave 1 modulo 97."""
    plain = found.replace(" ", "")
    return 15 <= len(plain) <= 34 and int("".join(str(int(place, 36)) for place in plain[4:] + plain[:4])) % 97 == 1


_KINDS: dict[str, Callable[[str, str], str]] = {
    "e-mail": _where(_EMAIL, _always),
    "iban": _where(_IBAN, _modulo_97),
    "card": _where(_CARD, _luhn),
    "id number": _where(re.compile(f"{_SSN.pattern}|{_NINO.pattern}"), _always),
    "phone": _where(_PHONE, _always),
}

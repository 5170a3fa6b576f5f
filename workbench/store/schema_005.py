"""The fifth migration: what lists of items are counted and filtered by, in a narrow index beside the long texts.

A run of 200,000 items holds a hundred megabytes of prompts; right or wrong, margin and flips are read without them.
"""

from __future__ import annotations

# by how much the likeliest of an item's choices leads the next, in nats; NULL where there are fewer than two
MARGIN = """(SELECT MAX(first.logprob) - (SELECT second.logprob FROM responses second
        WHERE second.run_id = :run AND second.item_id = :item AND second.number < :options
        ORDER BY second.logprob DESC LIMIT 1 OFFSET 1)
    FROM responses first WHERE first.run_id = :run AND first.item_id = :item AND first.number < :options)"""

_OF_STORED = {":run": "answers.run_id", ":item": "answers.item_id", ":options": "json_array_length(answers.choices)"}


def _stored(expression: str) -> str:
    for name, column in _OF_STORED.items():
        expression = expression.replace(name, column)
    return expression


FIFTH = (
    # of the metric by which the run is judged item by item; NULL where it judges all items together only
    "ALTER TABLE answers ADD COLUMN score REAL",
    "ALTER TABLE answers ADD COLUMN margin REAL",
    "ALTER TABLE answers ADD COLUMN options INTEGER NOT NULL DEFAULT 0",
    # what a metric of all items together takes from this one: metric -> JSON
    "ALTER TABLE answers ADD COLUMN parts TEXT NOT NULL DEFAULT '{}'",
    # of a continuation: [[text, log-probability in nats], ...]; NULL: not known by token
    "ALTER TABLE responses ADD COLUMN tokens TEXT",
    f"""UPDATE answers SET options = json_array_length(choices), margin = {_stored(MARGIN)},
        score = COALESCE(json_extract(scores, '$.acc'), (SELECT value FROM json_each(scores) ORDER BY key LIMIT 1))""",
    "CREATE INDEX answers_counted ON answers(run_id, item_id, score, margin, options, answer, gold, changed)",
)

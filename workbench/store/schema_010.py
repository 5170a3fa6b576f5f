"""The tenth migration: the words of large runs' prompts, so that items are found by a word without reading a text."""

from __future__ import annotations

TENTH = (
    # a text is cut at blanks; part: of 65,536 items each, in the order of the data; items: the places in it of those
    # that hold the word, from 0, ascending, two bytes each, the low one first
    """CREATE TABLE prompt_words (
        run_id INTEGER NOT NULL REFERENCES runs(id),
        part INTEGER NOT NULL,
        word TEXT NOT NULL,
        items BLOB NOT NULL,
        PRIMARY KEY (run_id, part, word)
    ) STRICT""",  # with rowid: the words are looked through in their index, and no list of items up to 4 KB spills over
    # the run whose words stand for all that were asked the same; prompts: as in pairings. Written after all its words
    """CREATE TABLE worded_prompts (
        prompts TEXT PRIMARY KEY,
        run_id INTEGER NOT NULL REFERENCES runs(id)
    ) STRICT""",
)

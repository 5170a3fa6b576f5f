"""Files of rows: five layouts are read, and everything broken is refused with file, row, key and reason."""

from __future__ import annotations

import json

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn

from workbench.data import formats
from workbench.errors import DataError

ASK = [{"role": "user", "content": "Why?"}]
SAY = [{"role": "assistant", "content": "So."}]


def file(folder, content, name="rows.jsonl"):
    path = folder / name
    if isinstance(content, list) and path.suffix == ".jsonl":
        content = "".join(json.dumps(row) + "\n" for row in content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def asked(path):
    return [[(turn.role, turn.content) for turn in one] for one in formats.conversations(formats.read(path))]


@pytest.mark.parametrize("key", ["prompt", "question"])
def test_prompts_are_read_from_their_key(tmp_path, key):
    path = file(tmp_path, [{key: "Why?", "answer": 3}])
    assert formats.read(path).layout == "prompts"
    assert asked(path) == [[("user", "Why?")]]


def test_each_row_of_prompts_may_use_a_key_of_its_own(tmp_path):
    assert asked(file(tmp_path, [{"prompt": "a"}, {"question": "b"}])) == [[("user", "a")], [("user", "b")]]


def test_alpaca_joins_instruction_and_input(tmp_path):
    rows = [
        {"instruction": "Add.", "input": "1 2", "output": "3"},
        {"instruction": "Sing.", "input": "  ", "output": "La"},
        {"instruction": "Stop."},
    ]
    path = file(tmp_path, json.dumps(rows), "rows.json")
    assert formats.read(path).layout == "alpaca"
    assert asked(path) == [[("user", "Add.\n\n1 2")], [("user", "Sing.")], [("user", "Stop.")]]


def test_messages_are_asked_up_to_the_last_user_turn(tmp_path):
    turns = [{"role": "system", "content": "Be kind."}, *ASK, *SAY]
    path = file(tmp_path, [{"messages": turns}])
    assert formats.read(path).layout == "messages"
    assert asked(path) == [[("system", "Be kind."), ("user", "Why?")]]


def test_preferences_are_read_and_their_prompts_can_be_asked(tmp_path):
    path = file(tmp_path, [{"prompt": ASK, "chosen": SAY, "rejected": SAY, "margin": 1.0}])
    assert formats.read(path).layout == "preferences"
    assert asked(path) == [[("user", "Why?")]]


def test_alpaca_rows_hold_an_answer_to_learn(tmp_path):
    rows = [{"instruction": "Add.", "input": "1 2", "output": "3"}, {"instruction": "Sing.", "output": ""}]
    table = formats.read(file(tmp_path, rows))
    assert [(asked[0].content, answer) for asked, answer in formats.answered(table)] == [
        ("Add.\n\n1 2", "3"),
        ("Sing.", ""),
    ]


def test_completions_are_plain_or_conversational(tmp_path):
    path = file(tmp_path, [{"prompt": "Why?", "completion": "So."}, {"prompt": ASK, "completion": SAY}])
    table = formats.read(path)
    assert (table.layout, asked(path)) == ("completions", [[("user", "Why?")]] * 2)
    assert [answer for _, answer in formats.answered(table)] == ["So.", "So."]


def test_an_answer_that_is_missing_is_named(tmp_path):
    table = formats.read(file(tmp_path, [{"instruction": "a", "output": "b"}, {"instruction": "a"}]))
    with pytest.raises(DataError, match='row 2: the column "output" is missing'):
        formats.answered(table)


def test_prompts_alone_hold_no_answer(tmp_path):
    with pytest.raises(DataError, match=r"holds prompts; needed are prompts with one answer each"):
        formats.answered(formats.read(file(tmp_path, [{"prompt": "a"}])))


@pytest.mark.parametrize(
    "content",
    [
        '{"prompt": "a"}\r\n{"prompt": "b"}\r\n',
        '\ufeff{"prompt": "a"}\n\n\n{"prompt": "b"}',
        '{"prompt":"a"}\n {"prompt":"b"}',
    ],
)
def test_line_ends_byte_order_marks_and_empty_lines_do_no_harm(tmp_path, content):
    assert asked(file(tmp_path, content)) == [[("user", "a")], [("user", "b")]]


def test_a_line_separator_inside_a_text_does_not_cut_it(tmp_path):
    assert asked(file(tmp_path, '{"prompt": "a\u2028b\u0085c"}')) == [[("user", "a\u2028b\u0085c")]]


BROKEN = [
    ("", "rows.jsonl holds no rows"),
    ("\n  \n", "rows.jsonl holds no rows"),
    ('{"prompt": "a"}\n{"prompt": ', r"rows.jsonl, line 2: not valid JSON \(Expecting value at character 12\)"),
    ("[1, 2]", "line 1: expected an object, found list"),
    ("3", "line 1: expected an object, found int"),
    (b'{"prompt": "\xff"}', r"is not UTF-8 \(byte 12\)\. Save it as UTF-8"),
    ('{"answer": "a", "id": 1}', r"row 1: no known layout has the columns answer, id\. .*--map text=COLUMN"),
    ("{}", r"no known layout has the columns \(none\)"),
    ('{"prompt": "a"}\n{"answer": "b"}', "row 2: the column 'prompt' is missing, which prompts needs; it has answer"),
    ('{"prompt": "a"}\n{"prompt": 3}', "row 2, column 'prompt': a value of type int is not text"),
    ('{"prompt": "a"}\n{"prompt": " "}', "row 2, column 'prompt': the text is empty"),
    ('{"prompt": "a"}\n{"prompt": null}', "row 2, column 'prompt': null is not text"),
    (r'{"prompt": "a\ud83d"}', r"row 1, column 'prompt': half a character \(a lone surrogate\) at 2"),
    ('{"instruction": "a"}\n{"input": "b"}', "row 2: the column 'instruction' is missing"),
    ('{"instruction": "a", "input": 3}', "row 1, column 'input': a value of type int is not text"),
    (r'{"instruction": "a", "input": "\udc00"}', "row 1, column 'input': half a character"),
    ('{"messages": []}', "row 1, column 'messages': expected a list of messages"),
    ('{"messages": "hi"}', "row 1, column 'messages': expected a list of messages"),
    ('{"messages": ["hi"]}', "column 'messages', message 1: the role is not one of system, user, assistant"),
    ('{"messages": [{"role": "human", "content": "a"}]}', "message 1: the role is not one of"),
    ('{"messages": [{"role": ["user"], "content": "a"}]}', "message 1: the role is not one of"),
    ('{"messages": [{"role": "user"}]}', "message 1: there is no text under 'content'"),
    ('{"prompt": "a", "chosen": "b", "rejected": 3}', "row 1, column 'rejected': a value of type int is not text"),
    ('{"prompt": "a", "completion": 3}', "row 1, column 'completion': a value of type int is not text"),
    ('{"prompt": "a", "completion": [{"role": "user", "content": "b"}]}', "expected one assistant's turn"),
    ("[" * 100_000, "line 1: not readable JSON"),
    ('{"prompt": ' + "1" * 5000 + "}", "line 1: not readable JSON"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "message"), BROKEN, ids=[message[:40] for _, message in BROKEN])
def test_a_broken_file_is_refused_with_the_place_and_the_reason(tmp_path, content, message):
    with pytest.raises(DataError, match=message):
        formats.read(file(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"prompt": "a"}', r"rows.json is not a JSON array of objects\. .*\.jsonl"),
        ('[{"prompt": "a"},\n {"prompt": }]', "rows.json, line 2: not valid JSON"),
        ('[{"prompt": "a"}, 3]', "rows.json, row 2: expected an object, found int"),
        ("[]", "rows.json holds no rows"),
        ("[" * 100_000, "rows.json: not readable JSON"),
    ],
)
def test_a_broken_json_file_is_refused(tmp_path, content, message):
    with pytest.raises(DataError, match=message):
        formats.read(file(tmp_path, content, "rows.json"))


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(DataError, match=r"There is no file .*none.jsonl"):
        formats.read(tmp_path / "none.jsonl")
    with pytest.raises(DataError, match="cannot be read: is a directory"):
        formats.read(tmp_path)


def test_a_conversation_without_a_question_is_refused_with_its_row(tmp_path):
    table = formats.read(file(tmp_path, [{"messages": ASK}, {"messages": SAY}]))
    with pytest.raises(DataError, match=r"rows.jsonl, row 2, column 'messages': there is no user's turn"):
        formats.conversations(table)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(("prompt", "text", "instruction", "input", "messages", "role", "content", "chosen")),
        inner | st.sampled_from(["user", "assistant"]), max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


def read_or_refuse(path):
    try:
        table = formats.read(path)
        for conversation in formats.conversations(table):
            assert conversation
            for turn in conversation:
                turn.content.encode("utf-8")
    except DataError:
        return


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@drawn(st.binary(max_size=200), st.sampled_from(["rows.jsonl", "rows.json"]))
def test_bytes_are_read_or_refused(tmp_path, content, name):
    read_or_refuse(file(tmp_path, content, name))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@drawn(st.lists(JSON, max_size=3), st.booleans())
def test_json_is_read_or_refused(tmp_path, rows, as_array):
    content = json.dumps(rows) if as_array else "\n".join(map(json.dumps, rows))
    read_or_refuse(file(tmp_path, content, "rows.json" if as_array else "rows.jsonl"))

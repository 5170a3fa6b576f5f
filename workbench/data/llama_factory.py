"""Rows as LLaMA-Factory takes them, and the entry of dataset_info.json that tells it so.

Conversations go in its OpenAI form: {"messages": [...]} with the tags role and content, preferences with `chosen` and
`rejected` as one message each, and unpaired answers with `kto_tag`.
"""

from __future__ import annotations

from typing import Any

from workbench.data import trl
from workbench.data.files import Row
from workbench.data.layouts import Layout
from workbench.errors import DataError

_TAGS = {
    "role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant",
    "system_tag": "system",
}  # fmt: skip


def check(layout: Layout, name: str) -> None:
    """DataError for a layout with nothing to learn from."""
    if layout == "prompts":
        raise DataError(f"{name} holds prompts alone; LLaMA-Factory trains on answers.", "Export it as jsonl or trl.")


def row(layout: Layout, given: Row, place: str) -> dict[str, Any]:
    """One row; DataError naming `place` where an answer is missing."""
    if layout == "alpaca":
        return {name: given.get(name) or "" for name in ("instruction", "input", "output")}
    if layout == "labelled":
        return {"instruction": given["text"], "input": "", "output": str(given["label"])}
    made = trl.conversational(layout, given, place)
    match layout:
        case "preferences":
            return {"messages": made["prompt"], "chosen": made["chosen"][0], "rejected": made["rejected"][0]}
        case "unpaired":
            return {"messages": made["prompt"] + made["completion"], "kto_tag": made["label"]}
        case "text" | "messages":
            return made
    return {"messages": made["prompt"] + made["completion"]}


def entry(layout: Layout, file_name: str) -> dict[str, Any]:
    """The description of the file in dataset_info.json."""
    if layout == "text":
        return {"file_name": file_name, "columns": {"prompt": "text"}}
    if layout in ("alpaca", "labelled"):
        columns = {"prompt": "instruction", "query": "input", "response": "output"}
        return {"file_name": file_name, "columns": columns}
    columns = {"messages": "messages"}
    if layout == "preferences":
        columns |= {"chosen": "chosen", "rejected": "rejected"}
    if layout == "unpaired":
        columns |= {"kto_tag": "kto_tag"}
    ranking = {"ranking": True} if layout == "preferences" else {}
    return {"file_name": file_name, "formatting": "sharegpt", **ranking, "columns": columns, "tags": _TAGS}

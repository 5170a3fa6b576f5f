"""A pre-flight that is done: its job, its counts, and three pairs in tokens."""

from __future__ import annotations

import json

from workbench.jobs.preflight import token_view_file
from workbench.records import Job
from workbench.spec import JobSpec
from workbench.store import Store, jobs

PARAMS = {"model": "smollm2", "method": "lora", "data": "preferences-1", "max_length": 64}
COUNTS = {
    "rows": 12, "kept": 10, "truncated": 1, "duplicate": 1, "contradicting": 0, "identical": 1, "prompt_too_long": 1,
    "tokens": 640, "loss_tokens": 320, "max_length": 64, "chosen_end_of_turn": 9, "rejected_end_of_turn": 10,
}  # fmt: skip
MACHINE = [
    {"name": "device", "value": "cpu", "reason": "no GPU is here"},
    {"name": "gradient_checkpointing", "value": False, "reason": "about 2.8 GB needed, 14.2 GB to be had"},
]
ESTIMATE = {
    "seconds": 250.0, "memory": 2_800_000_000, "steps": 8, "tokens": 1920, "step_tokens": 64, "step_seconds": 2.5,
}  # fmt: skip
QUESTION = "<|im_start|>user\nHow many are 2 and 2?<|im_end|>\n<|im_start|>assistant\n"


def preflight(store: Store, refused: str | None = None, state: str = "done") -> Job:
    spec = JobSpec("preflight", {"training": "train-dpo", "params": PARAMS})
    job = jobs.enqueue(store, spec, "light", "preflight of train-dpo smollm2 · preferences-1")
    jobs.claim(store, "light", 1, 1.0, "elsewhere")
    path = token_view_file(store.workspace, job.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([_pair(1, True), _pair(2, False), _left_out()]))
    if state == "done":
        result = {"training": "train-dpo", "params": PARAMS, "counts": COUNTS, "refused": refused}
        result |= {"machine": [] if refused else MACHINE, "estimate": None if refused else ESTIMATE}
        jobs.finish(store, job.id, "done", result=result)
    return job


def _pair(number, ends):
    return {
        "number": number,
        "fate": "kept",
        "sequences": [
            _sequence("chosen", ["They", " are", " 4", "."], ends),
            _sequence("rejected", ["Nobody", " knows", "!"], True),
        ],
    }


def _sequence(name, words, ends):
    last = {"part": "end of turn", "tokens": 1, "texts": ["<|im_end|>"]}
    cut = {"part": "cut", "tokens": 2, "texts": [" And", " more."]}
    return {
        "name": name,
        "tokens": 18 + len(words) + ends,
        "loss_tokens": len(words) + ends,
        "ends": ends,
        "stretches": [_prompt(), {"part": "trained", "tokens": len(words), "texts": words}, last if ends else cut],
    }


def _prompt():
    return {"part": "prompt", "tokens": 18, "texts": [QUESTION]}


def _left_out():
    """A prompt that fills max_length."""
    sequences = [
        {"name": name, "tokens": 64, "loss_tokens": 0, "ends": False, "stretches": [_prompt()]}
        for name in ("chosen", "rejected")
    ]
    return {"number": 3, "fate": "prompt too long", "sequences": sequences}

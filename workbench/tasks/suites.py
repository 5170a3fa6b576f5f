"""Suites: tasks that are run together under one name. Those that lm-eval has no task for are named, not dropped.

HELM Classic's core scenarios and HELM Lite's are those of their papers and leaderboards (Liang et al. 2022; HELM Lite
1.0, 2023); of MMLU's 57 subjects both take the same five. A task here stands for a scenario of the same data; prompts
and metrics are lm-eval's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.errors import UnknownName
from workbench.tasks import index


@dataclass(frozen=True, slots=True)
class Suite:
    """`missing` maps what the suite's authors have and we do not to the reason."""

    name: str
    about: str
    tasks: tuple[str, ...]
    missing: Mapping[str, str] = field(default_factory=dict)


_HELM_MMLU = tuple(
    f"mmlu_{subject}"
    for subject in (
        "abstract_algebra", "college_chemistry", "computer_security", "econometrics", "us_foreign_policy",
    )
)  # fmt: skip
_NO_TASK = "lm-eval has no task for it"


def _missing(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, _NO_TASK)


_SUITES = (
    Suite("core", "the bundled sets, with no network", ()),
    Suite(
        "glue", "GLUE (Wang et al. 2018), validation sets",
        ("cola", "mnli", "mnli_mismatch", "mrpc", "qnli", "qqp", "rte", "sst2", "wnli"),
        {**_missing("STS-B", "AX"), "STS-B": f"{_NO_TASK}; core has `similarity`, of the same kind"},
    ),
    Suite(
        "superglue", "SuperGLUE (Wang et al. 2019), validation sets",
        ("boolq", "cb", "copa", "multirc", "record", "sglue_rte", "wic", "wsc"),
        _missing("AX-b", "AX-g"),
    ),
    Suite(
        "helm-classic", "the core scenarios of HELM (Liang et al. 2022)",
        ("boolq", "nq_open", "hellaswag", "openbookqa", "truthfulqa_mc1", *_HELM_MMLU, "cnn_dailymail_abisee"),
        _missing("NarrativeQA", "NaturalQuestions (open-book)", "QuAC", "MS MARCO (regular)", "MS MARCO (TREC)", "XSUM",
                 "IMDB", "CivilComments", "RAFT"),
    ),
    Suite(
        "helm-lite", "the scenarios of HELM Lite 1.0 (2023)",
        ("nq_open", "openbookqa", *_HELM_MMLU, "gsm8k", "hendrycks_math", "medqa_4options", "legalbench_abercrombie",
         "legalbench_corporate_lobbying", "legalbench_function_of_decision_section",
         "legalbench_international_citizenship_questions", "legalbench_proa", "wmt14-fr-en"),
        _missing("NarrativeQA", "NaturalQuestions (open-book)", "WMT 2014 cs-en, de-en, hi-en, ru-en"),
    ),
    Suite(
        "truthfulness", "does a model repeat what many people wrongly believe?",
        ("multiple_choice", "truthfulqa_mc1", "truthfulqa_mc2", "truthfulqa_gen"),
    ),
    Suite("perplexity", "how well running text is foreseen", ("perplexity", "wikitext", "pile_10k")),
)  # fmt: skip


def suites() -> tuple[Suite, ...]:
    """All of them; `core` holds every bundled task."""
    core, *others = _SUITES
    return (Suite(core.name, core.about, tuple(index.bundled())), *others)


def get(name: str) -> Suite:
    """UnknownName with the nearest ones otherwise."""
    known = {suite.name: suite for suite in suites()}
    if name not in known:
        raise UnknownName("suite", name, known)
    return known[name]

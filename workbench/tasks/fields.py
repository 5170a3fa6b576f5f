"""Which fields of a document are input: what a perturbation may change.

The variables of `doc_to_text` without those of `doc_to_target` and `doc_to_choice`: gold answer and options
stay as they are.
"""

from __future__ import annotations

from typing import Any

from workbench.errors import UsageError


def input_fields(config: dict[str, Any]) -> tuple[str, ...]:
    """Field names, sorted; UsageError for a task whose text is made by Python."""
    text = config.get("doc_to_text")
    if not isinstance(text, str):
        raise UsageError(f"The task {config.get('task')} makes its text in Python.", "Name the fields to change.")
    kept = _variables(config.get("doc_to_target")) | _variables(config.get("doc_to_choice"))
    return tuple(sorted(_variables(text) - kept))


def _variables(template: Any) -> set[str]:
    """The variables of a template; a bare word is the name of a field, anything but text has none."""
    from jinja2 import meta
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    if not isinstance(template, str):
        return set()
    if template.isidentifier():
        return {template}
    return set(meta.find_undeclared_variables(ImmutableSandboxedEnvironment().parse(template)))

"""Kinds of job: one file each, with `Params`, `check(store, params)` (light) and `execute(context, params)`.

`parse` validates for the form, the command line and TOML alike. pydantic is imported when something is
parsed: Home and `status` only look.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

from workbench import registry
from workbench.errors import UnknownName, UsageError
from workbench.records import Lane
from workbench.spec import JobSpec

if TYPE_CHECKING:
    from pydantic import ValidationError

    from workbench.jobs._params import JobParams
    from workbench.store import Store


def kinds() -> tuple[str, ...]:
    """All kinds, without importing any."""
    return registry.names(__name__)


def kind(name: str) -> ModuleType:
    """The module of a kind; UnknownName with the nearest ones otherwise."""
    return registry.get(__name__, name, "kind of job")


def params(name: str) -> type[JobParams]:
    """The parameter class of a kind: its `model_fields` make the form and the options."""
    found: type[JobParams] = kind(name).Params
    return found


def lane(name: str) -> Lane:
    """heavy: one at a time (torch); light: short, in a worker of its own."""
    found: Lane = kind(name).LANE
    return found


def parse(name: str, values: Mapping[str, Any]) -> JobSpec:
    """A validated spec; UsageError names the parameter, what was given and what is allowed."""
    from pydantic import ValidationError

    model = params(name)
    unknown = [key for key in values if key not in model.model_fields]
    if unknown:
        raise UnknownName(f"parameter of {name}", unknown[0], model.model_fields)
    try:
        parsed = model(**values)
    except ValidationError as error:
        raise _refusal(name, error) from error
    return JobSpec(name, parsed.model_dump())


def check(store: Store, spec: JobSpec) -> None:
    """Refuse what could only fail later (unknown model, broken file), before it is queued; UsageError or DataError."""
    module = kind(spec.kind)
    module.check(store, module.Params(**spec.params))


def execute(context: Any, spec: JobSpec) -> dict[str, Any]:
    """Run a job with its parsed parameters; the result is kept with the job."""
    module = kind(spec.kind)
    result: dict[str, Any] = module.execute(context, module.Params(**spec.params))
    return result


def title(spec: JobSpec) -> str:
    """A short name for lists: `generate smollm2 · prompts`."""
    text: str = kind(spec.kind).title(params(spec.kind)(**spec.params))
    return text


def _refusal(name: str, error: ValidationError) -> UsageError:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "the parameters"
    given = "" if first["type"] == "missing" else f", not {first['input']!r}"
    return UsageError(f"{name}: {where}: {first['msg'][0].lower()}{first['msg'][1:]}{given}.")

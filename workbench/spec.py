"""JobSpec: what a job is asked to do, in one form for the form on screen, the command line, TOML and the store.

It knows no kind of job; `jobs.parse` validates the parameters. A parameter that is a table stands as a table of its
own in TOML ([trainer]). Canonical JSON (sorted keys, no spaces,
UTF-8) has one text for one content, so its SHA-256 identifies the spec.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import UsageError

_TABLES = ("kind", "params", "inputs")
# made once: a run of 200,000 items is written by a million calls
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, slots=True)
class JobSpec:
    """`params` are the validated parameters of the kind; `inputs` maps a reference to its content hash."""

    kind: str
    params: dict[str, Any]
    inputs: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> str:
        return canonical_json({"kind": self.kind, "params": self.params, "inputs": self.inputs})

    @property
    def hash(self) -> str:
        return content_hash(self.json)

    def toml(self) -> str:
        """The spec as TOML, which a person can edit and give back; None values are left out."""
        import tomli_w

        present = {name: value for name, value in self.params.items() if value is not None}
        own = {name: value for name, value in present.items() if isinstance(value, dict) and name not in _TABLES}
        rest = {name: value for name, value in present.items() if name not in own}
        tables: dict[str, Any] = {"kind": self.kind, "params": rest, **own}
        if self.inputs:
            tables["inputs"] = self.inputs
        return tomli_w.dumps(tables)

    @classmethod
    def from_json(cls, text: str) -> JobSpec:
        body = json.loads(text)
        return cls(body["kind"], body["params"], body.get("inputs", {}))

    @classmethod
    def from_toml(cls, text: str, source: str = "the spec") -> JobSpec:
        """Read a spec; UsageError names the source and the line that TOML objects to."""
        import tomllib  # costs 7 ms, and no first paint reads a spec

        try:
            body = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{source} is not valid TOML: {error}.") from error
        wrong = _wrong(body)
        if wrong:
            raise UsageError(f"{source} has {wrong}.", 'A spec is: kind = "train-dpo", then a table [params].')
        own = {name: value for name, value in body.items() if name not in _TABLES}
        return cls(body["kind"], {**body.get("params", {}), **own}, dict(body.get("inputs", {})))


def _wrong(body: dict[str, Any]) -> str | None:
    """What keeps a TOML document from being a spec, or None."""
    unknown = sorted(name for name, value in body.items() if name not in _TABLES and not isinstance(value, dict))
    if unknown:
        return f"the unknown key {unknown[0]!r}"
    if not isinstance(body.get("kind"), str):
        return "no kind"
    return next((f"no table [{key}]" for key in ("params", "inputs") if not isinstance(body.get(key, {}), dict)), None)


def canonical_json(value: Any) -> str:
    """One text for one content: keys sorted, no spaces, non-ASCII kept; NaN and Infinity are refused."""
    return _ENCODER.encode(value)


def finite(value: Any) -> Any:
    """The same value with None for each NaN and infinity, which JSON does not have."""
    if isinstance(value, dict):
        return {key: finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def content_hash(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def derived_seed(*parts: object) -> int:
    """A seed (0 .. 2**63-1) that depends on every part and on nothing else: the same on all machines."""
    digest = hashlib.sha256(canonical_json([str(part) for part in parts]).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1

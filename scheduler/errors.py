"""Refusals: a code and facts, never HTTP and never prose. api/errors.py alone knows sentences."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


class Refused(Exception):
    """The law, the phase or a rule says no. `code` is a rule id or a word of api/words; `facts` fill it."""

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts: Mapping[str, Any] = MappingProxyType(facts)

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code}({told})"

"""Which sentence stands for a code, in Chinese or in English?"""

import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any


class Lang(StrEnum):
    """The languages people are spoken to in."""

    ZH = "zh-CN"
    EN = "en"


def lang_of(wish: str | None) -> Lang:
    """The language asked for (`zh-CN`, `en`, `en_US.UTF-8`, …); Chinese when nothing else is understood."""
    return Lang.EN if (wish or "").strip().lower().startswith("en") else Lang.ZH


def say(code: str, lang: str, /, **facts: Any) -> str:
    """The sentence of `code` (`table.key` of the catalogue) filled with `facts`.

    A code or fact that no catalogue knows is shown raw: a missing sentence never hides what happened.
    """
    sentence = catalogue(lang_of(lang)).get(code)
    if sentence is None:
        told = ", ".join(f"{name}={value}" for name, value in facts.items())
        return f"{code}({told})" if told else code
    return sentence.format_map(_Raw(facts))


def shown(value: Any, longest: int = 60) -> str:
    """A foreign value fit for one line of a terminal: invisible characters escaped, long ones cut."""
    text = str(value)
    cut = text[: longest + 1]
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
    return safe if len(text) <= longest else safe[:longest] + "…"


@cache
def catalogue(lang: Lang) -> Mapping[str, str]:
    """All sentences of a language by code; tables of the TOML file become dotted prefixes."""
    text = files(__name__).joinpath(f"{lang}.toml").read_text(encoding="utf-8")
    return dict(_flat("", tomllib.loads(text)))


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{prefix}{key}.", value)
        else:
            yield prefix + key, str(value)


class _Raw(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"

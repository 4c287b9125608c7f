"""How does a view become JSON? Field by field, fractions as text and as a number, nothing added."""

from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

from scheduler.limits import Words


def plain(view: Any) -> Any:
    """A view's values; a fraction is {"exact": "1/40", "about": 0.025}, words are {"zh": …, "en": …}."""
    if isinstance(view, Words):
        return {"zh": view.zh, "en": view.en}
    if is_dataclass(view):
        return {field.name: plain(getattr(view, field.name)) for field in fields(view)}
    if isinstance(view, tuple):
        return [plain(each) for each in view]
    if isinstance(view, Fraction):
        return {"exact": str(view), "about": float(view)}
    return view

"""Is what a person confirms still what was shown? A proposal bears a digest, and made anew it must bear the same."""

from typing import Any

from crypto.canonical import digest_of
from scheduler.errors import Refused

LABEL = "yuanping/shown/v1"


def digest_shown(told: Any) -> str:
    """Names exactly what is shown: 64 hexadecimal digits over plain values."""
    return digest_of(LABEL, told)


def demand_shown(digest: str, confirmed: str) -> None:
    """Raises Refused("plan_stale") when by now another proposal is made than the one confirmed."""
    if digest != confirmed:
        raise Refused("plan_stale")

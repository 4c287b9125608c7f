"""What reason does a person give for a deed that wants one? Some words, and not too many: it stays for ever."""

from scheduler.errors import Refused

LONGEST = 500  # characters


def given(reason: str) -> str:
    """The reason as it is kept. Raises Refused("reason_missing"), ("reason_long")."""
    told = reason.strip()
    if not told:
        raise Refused("reason_missing")
    if len(told) > LONGEST:
        raise Refused("reason_long", most=LONGEST)
    return told

"""What reason does a person give for a deed that wants one? Some words, and not too many: it stays for ever."""

from unicodedata import normalize

from scheduler.errors import Refused

LONGEST = 500  # characters


def given(reason: str) -> str:
    """The reason as it is kept, in Unicode form NFC. Raises Refused("reason_missing"), ("reason_long")."""
    told = normalize("NFC", reason.strip())  # text copied out of a PDF often is not, and no record takes it
    if not told:
        raise Refused("reason_missing")
    if len(told) > LONGEST:
        raise Refused("reason_long", most=LONGEST)
    return told

"""Which shape must an id, a region or a speciality have? (contracts of the file formats)"""

import re
import unicodedata

_REGION = re.compile(r"[0-9]{6}")
_SPECIALITY = re.compile(r"[ABC](?:[0-9]{2}){1,3}")
_SEAT = re.compile(r"[ABC][0-9]{0,6}")


def id_fault(text: str) -> str | None:
    """The code of what is wrong with an id; None when it is sound.

    Like a label; and `:` and `;` divide ids in answers and lists.
    """
    return "intake.id-divider" if ":" in text or ";" in text else label_fault(text)


def label_fault(text: str) -> str | None:
    """The code of what is wrong with a name that is compared as it stands; None when it is sound.

    Labels are opaque, but two that look alike must be alike: no spaces around, nothing invisible, Unicode
    form NFC.
    """
    if not text:
        return "intake.id-empty"
    if text.strip() != text:
        return "intake.id-spaces"
    if not text.isprintable():
        return "intake.id-invisible"
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        return "intake.id-nfc"
    return None


def optional_id_fault(text: str) -> str | None:
    """Like id_fault, where empty means none."""
    return id_fault(text) if text else None


def region_fault(text: str) -> str | None:
    """A county is six digits: province 2, city 2, county 2."""
    return None if _REGION.fullmatch(text) else "intake.region"


def speciality_fault(text: str) -> str | None:
    """An expert's code: a letter and one to three pairs of digits."""
    return None if _SPECIALITY.fullmatch(text) else "intake.speciality"


def specialities_fault(text: str) -> str | None:
    """One or more codes of an expert, divided by `;`."""
    if not text:
        return "intake.specialities-empty"
    return None if all(_SPECIALITY.fullmatch(code) for code in text.split(";")) else "intake.speciality"


def seat_fault(text: str) -> str | None:
    """A seat's code: any beginning of an expert's code, down to the letter."""
    return None if _SEAT.fullmatch(text) else "intake.seat"

"""What becomes of text that a person typed or pasted? One form of every letter, and nothing that nobody sees."""

import re
from unicodedata import normalize

# Of the control characters only tab and the ends of lines are typed; others come along when text is pasted from
# a PDF. Halves of a character (surrogates) are no text at all.
_SPOILED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def typed(text: str) -> str | None:
    """The text in Unicode form NFC, the only one that records take; None where it holds control characters."""
    return None if _SPOILED.search(text) else normalize("NFC", text)

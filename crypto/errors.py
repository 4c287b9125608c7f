"""What can go wrong with bytes.

CryptoError
├── Broken           the bytes are not what they claim to be: changed, cut, forged or of another form
│   └── WrongShare   the share of one named holder contradicts the public commitments
└── NotForYou        the bytes may be whole, but this key, passphrase or number of shares does not open them
"""


class CryptoError(Exception):
    """A refusal of this package; its text names the fault and never a secret."""


class Broken(CryptoError):
    """The bytes are not what they claim to be."""


class WrongShare(Broken):
    """The share with this `index` (1 … n) is wrong; `holder` is its owner's name where names are known."""

    def __init__(self, index: int, holder: str = "") -> None:
        self.index = index
        self.holder = holder
        super().__init__(f"share {index}{f' of {holder}' if holder else ''} contradicts its commitments")


class NotForYou(CryptoError):
    """This key, passphrase or number of shares does not open these bytes."""

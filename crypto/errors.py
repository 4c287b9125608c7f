"""What can go wrong with bytes.

CryptoError
├── Broken       the bytes are not what they claim to be: changed, cut, forged or of another form
└── NotForYou    the bytes may be whole, but this key or passphrase does not open them
"""


class CryptoError(Exception):
    """A refusal of this package; its text names the fault and never a secret."""


class Broken(CryptoError):
    """The bytes are not what they claim to be."""


class NotForYou(CryptoError):
    """This key, share or passphrase does not open these bytes."""

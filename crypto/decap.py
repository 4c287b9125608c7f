"""Which plaintext belongs to a Diffie-Hellman value? The second half of HPKE (RFC 9180, base mode, suite 0x01).

The library's HPKE wants a private key. Custodians who open one envelope together never make one: they make the
Diffie-Hellman value alone. From there on these few lines follow RFC 9180 §4.1 and §5.1 over the library's HKDF.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from crypto.errors import Broken

_KEM = b"KEM" + (0x0020).to_bytes(2, "big")  # DHKEM(X25519, HKDF-SHA256)
_HPKE = b"HPKE" + (0x0020).to_bytes(2, "big") + (0x0001).to_bytes(2, "big") + (0x0002).to_bytes(2, "big")
_MODE = b"\0"  # base
_KEY, _NONCE, _SECRET = 32, 12, 32


def decrypt(exchanged: bytes, encapsulation: bytes, public: bytes, info: bytes, ciphertext: bytes) -> bytes:
    """The plaintext of an HPKE ciphertext (without its encapsulation). Broken: changed, or another context.

    `exchanged` is X25519 of the recipient's private key (whose public half is `public`) and `encapsulation`.
    """
    key, nonce = schedule(exchanged, encapsulation, public, info)
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, b"")
    except InvalidTag:
        raise Broken("the envelope was changed or belongs to another place") from None


def schedule(exchanged: bytes, encapsulation: bytes, public: bytes, info: bytes) -> tuple[bytes, bytes]:
    """AES-256-GCM key and base nonce of the one message sealed under this encapsulation."""
    secret = shared_secret(exchanged, encapsulation, public)
    names = _extract(_HPKE, b"", b"psk_id_hash", b"") + _extract(_HPKE, b"", b"info_hash", info)
    chosen = _extract(_HPKE, secret, b"secret", b"")
    key = _expand(_HPKE, chosen, b"key", _MODE + names, _KEY)
    return key, _expand(_HPKE, chosen, b"base_nonce", _MODE + names, _NONCE)


def shared_secret(exchanged: bytes, encapsulation: bytes, public: bytes) -> bytes:
    """ExtractAndExpand of DHKEM: 32 bytes."""
    chosen = _extract(_KEM, b"", b"eae_prk", exchanged)
    return _expand(_KEM, chosen, b"shared_secret", encapsulation + public, _SECRET)


def _extract(suite: bytes, salt: bytes, label: bytes, secret: bytes) -> bytes:
    return HKDF.extract(hashes.SHA256(), salt, b"HPKE-v1" + suite + label + secret)


def _expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    bound = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(hashes.SHA256(), length, bound).derive(secret)

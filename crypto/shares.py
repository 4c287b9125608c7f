"""How a secret scalar is split so that any t of n holders restore it, and a wrong share is named.

Feldman's scheme on the prime-order group of Edwards25519. Secrets pass through libsodium only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_scalar_add,
    crypto_core_ed25519_scalar_mul,
    crypto_core_ed25519_scalar_negate,
    crypto_core_ed25519_scalar_reduce,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
    crypto_sign_ed25519_pk_to_curve25519,
    sodium_add,
)
from nacl.exceptions import CryptoError as SodiumError

from crypto.canonical import keyed
from crypto.commit import same
from crypto.errors import Broken, NotForYou, WrongShare
from crypto.keys import enrol
from crypto.stream import Stream

SCALAR = 32  # bytes, little-endian, below the group order
MOST = 255  # holders of one secret

_ORDER = 2**252 + 27742317777372353535851937790883648493
_ZERO = bytes(SCALAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The polynomial's value at `index` (1 … n): one holder's part of the secret."""

    index: int
    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """Public commitments to the polynomial's t coefficients, the first to the secret itself; n shares."""

    commitments: tuple[bytes, ...]
    shares: tuple[Share, ...]


def scalar(entropy: bytes) -> bytes:
    """A uniform scalar from 32 bytes of entropy."""
    return _reduced(Stream(keyed(entropy, "yuanping/shares/scalar/v1")).take(64))


def deal(secret: bytes, threshold: int, holders: int, entropy: bytes) -> Dealt:
    """`secret` (a scalar) split for `holders`, of whom any `threshold` restore it.

    The coefficients follow from the 32 bytes of `entropy`, the secret and both numbers, so that one entropy
    used twice by mistake gives unrelated polynomials. Wrong numbers or a zero secret raise ValueError.
    """
    if not 1 <= threshold <= holders <= MOST:
        raise ValueError(f"cannot split for {threshold} of {holders}")
    if not is_scalar(secret) or secret == _ZERO:
        raise ValueError("the secret is not a scalar")
    seed = keyed(entropy, "yuanping/shares/polynomial/v1", secret, bytes([threshold, holders]))
    drawn = Stream(seed)
    polynomial = [secret, *(_reduced(drawn.take(64)) for _ in range(threshold - 1))]
    return Dealt(
        commitments=tuple(crypto_scalarmult_ed25519_base_noclamp(part) for part in polynomial),
        shares=tuple(Share(index=i, value=_value(polynomial, i)) for i in range(1, holders + 1)),
    )


def check_commitments(commitments: Sequence[bytes]) -> None:
    """Nothing, if every commitment is a point of the prime-order group; else Broken."""
    if not 1 <= len(commitments) <= MOST:
        raise Broken("no commitments to a polynomial")
    for point in commitments:
        enrol(point)


def check_share(commitments: Sequence[bytes], share: Share) -> None:
    """Nothing, if the share lies on the committed polynomial; else WrongShare with its index."""
    check_commitments(commitments)
    if not (1 <= share.index <= MOST and is_scalar(share.value) and share.value != _ZERO):
        raise WrongShare(share.index)
    if not same(crypto_scalarmult_ed25519_base_noclamp(share.value), point_at(commitments, share.index)):
        raise WrongShare(share.index)


def combine(commitments: Sequence[bytes], shares: Iterable[Share]) -> bytes:
    """The secret scalar from at least t = len(commitments) good shares.

    NotForYou: fewer than t. WrongShare names a wrong one even if enough good ones are there; Broken: one
    index twice.
    """
    given = sorted(shares, key=lambda share: share.index)
    indices = [share.index for share in given]
    if len(set(indices)) != len(indices):
        raise Broken("a share stands twice")
    for share in given:
        check_share(commitments, share)
    threshold = len(commitments)
    if len(given) < threshold:
        raise NotForYou(f"{len(given)} of {threshold} shares")
    secret = _ZERO
    for share in given[:threshold]:
        factor = weight(share.index, indices[:threshold])
        secret = crypto_core_ed25519_scalar_add(secret, crypto_core_ed25519_scalar_mul(factor, share.value))
    return secret


def group_public(secret: bytes) -> bytes:
    """The point on Edwards25519 that belongs to a secret scalar."""
    return crypto_scalarmult_ed25519_base_noclamp(secret)


def sealing_public(group: bytes) -> bytes:
    """The ordinary X25519 public key of a group key: anyone seals to it with stock HPKE."""
    return crypto_sign_ed25519_pk_to_curve25519(enrol(group))


def sealing_private(secret: bytes) -> bytes:
    """The clamped X25519 private key (32 bytes) of a secret scalar x, so that stock HPKE opens.

    x + kL or (L − x) + kL, for the one k between 4 and 7 that makes it 0 mod 8: that lies between 2^254 and
    2^255, and a sum of group orders changes no product. The sign does not matter to X25519.
    """
    if not is_scalar(secret) or secret == _ZERO:
        raise Broken("the secret is not a scalar")
    times = _times(secret)
    if times < 4:
        secret = crypto_core_ed25519_scalar_negate(secret)
        times = _times(secret)
    private = sodium_add(secret, (times * _ORDER).to_bytes(SCALAR, "little"))
    if not is_clamped(private):  # one scalar in 2^126
        raise Broken("this scalar has no clamped form: take another")
    return private


def is_clamped(private: bytes) -> bool:
    """Whether 32 bytes are an X25519 key in clamped form: 0 mod 8, from 2^254 to below 2^255."""
    return len(private) == SCALAR and private[0] & 7 == 0 and private[31] >> 6 == 1


def _times(secret: bytes) -> int:
    """The k in 0 … 7 with x + kL = 0 mod 8. L is 5 mod 8, and 5 is its own inverse: k = −5x = 3x mod 8."""
    return 3 * (secret[0] & 7) % 8


def _value(polynomial: Sequence[bytes], index: int) -> bytes:
    at = index.to_bytes(SCALAR, "little")
    value = _ZERO
    for part in reversed(polynomial):
        value = crypto_core_ed25519_scalar_add(crypto_core_ed25519_scalar_mul(value, at), part)
    return value


def point_at(commitments: Sequence[bytes], index: int) -> bytes:
    """The public point of the share at `index`. WrongShare: only a crooked dealer's is the group's zero."""
    at = index.to_bytes(SCALAR, "little")
    point = commitments[-1]
    try:
        for commitment in reversed(commitments[:-1]):
            point = crypto_core_ed25519_add(crypto_scalarmult_ed25519_noclamp(at, point), commitment)
    except SodiumError:
        raise WrongShare(index) from None
    return point


def weight(index: int, indices: Sequence[int]) -> bytes:
    """Lagrange's weight of `index` among `indices` at zero. Indices are public: whole numbers will do."""
    above, below = 1, 1
    for other in indices:
        if other != index:
            above, below = above * other % _ORDER, below * (other - index) % _ORDER
    return (above * pow(below, -1, _ORDER) % _ORDER).to_bytes(SCALAR, "little")


def _reduced(wide: bytes) -> bytes:
    return crypto_core_ed25519_scalar_reduce(wide)


def is_scalar(value: bytes) -> bool:
    """Whether 32 bytes spell a scalar in its one reduced form; zero is one."""
    return len(value) == SCALAR and same(_reduced(value.ljust(64, b"\0")), value)

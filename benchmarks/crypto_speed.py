"""How many raw operations does each step of `crypto/` cost? Ratios, measured in one run on one machine.

`python -m benchmarks.crypto_speed`. Every row repeats its step and the raw primitive in turns and compares
the best round of each, so that another load on the machine disturbs both alike.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from nacl.bindings import crypto_scalarmult_ed25519_noclamp, crypto_sign, crypto_sign_open

from crypto import custody, merkle, shares
from crypto.canonical import canonical
from crypto.codes import codes_for
from crypto.envelope import Context, Kind, inspect, open_, seal
from crypto.fields import Place, decrypt, encrypt
from crypto.keys import sealing_key, sign, signing_key, verify

SEED = bytes(range(32))
ROUNDS = 7
LEAVES = [merkle.leaf(i.to_bytes(4, "big")) for i in range(4096)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One step against one raw primitive; `most` is the ratio that the design allows, where it names one."""

    name: str
    step: Callable[[], object]
    primitive: str
    raw: Callable[[], object]
    times: int = 200
    most: float | None = None


def main() -> None:
    """Print one line per step: microseconds, ratio, and whether the design's limit is kept."""
    print(f"{'step':34} {'µs':>9}   {'raw primitive':24} {'µs':>9}  {'ratio':>7}")
    for row in rows():
        step, raw = _best(row)
        kept = "" if row.most is None else f"  {'within' if step / raw <= row.most else 'OVER'} {row.most:g}"
        print(f"{row.name:34} {step:9.1f}   {row.primitive:24} {raw:9.1f}  {step / raw:6.2f}x{kept}")


def rows() -> list[Row]:
    """Every measured step."""
    return [*_envelopes(), *_signatures(), *_custody(), *_the_rest()]


def _best(row: Row) -> tuple[float, float]:
    best = [float("inf"), float("inf")]
    for _ in range(ROUNDS):
        for which, work in enumerate((row.step, row.raw)):
            since = time.perf_counter()
            for _ in range(row.times):
                work()
            best[which] = min(best[which], (time.perf_counter() - since) / row.times * 1e6)
    return best[0], best[1]


def _envelopes() -> list[Row]:
    key = sealing_key(SEED)
    place = Context(lot="AH-2027-0001/1", kind=Kind.BIDDER, slot="1", key_id="bidders")
    # An invented bidder, as long as a real one's code and name.
    value = {"code": "91340100MA2XXXXX0X", "name": "安徽某某建设工程有限公司"}
    sealed = seal(key.public, value, place, SEED)
    private = X25519PrivateKey.from_private_bytes(SEED)
    public = private.public_key()
    library = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    plain = bytes(1024)

    def exchange() -> bytes:
        return private.exchange(public)

    def library_seal() -> bytes:
        return library.encrypt(plain, public, b"info")

    def sealing() -> object:
        return seal(key.public, value, place, SEED)

    def opening() -> object:
        return open_(key.private, sealed.envelope, place, sealed.commitment)

    return [
        Row(name="seal an envelope", step=sealing, primitive="X25519 exchange", raw=exchange, most=6),
        Row(name="seal an envelope", step=sealing, primitive="HPKE seal of the library", raw=library_seal),
        Row(name="open an envelope", step=opening, primitive="X25519 exchange", raw=exchange, most=4),
        Row(
            name="inspect an envelope",
            step=lambda: inspect(sealed.envelope),
            primitive="X25519 exchange",
            raw=exchange,
        ),
    ]


def _signatures() -> list[Row]:
    key = signing_key(SEED)
    payload = bytes(1000)
    signature = sign(key, "sheet", payload)
    signed = crypto_sign(payload, key.seed + key.public)
    return [
        Row(
            name="sign 1 kB",
            step=lambda: sign(key, "sheet", payload),
            primitive="libsodium sign",
            raw=lambda: crypto_sign(payload, key.seed + key.public),
        ),
        Row(
            name="verify 1 kB",
            step=lambda: verify(key.public, "sheet", payload, signature),
            primitive="libsodium verify",
            raw=lambda: crypto_sign_open(signed, key.public),
        ),
    ]


def _custody() -> list[Row]:
    owned = {f"custodian {i}": sealing_key(bytes([i]) * 32) for i in range(5)}
    public = {name: key.public for name, key in owned.items()}
    key = custody.deal_key("lot scores", public, 3, SEED)
    held = [custody.open_share(key, name, own.private) for name, own in owned.items()][:3]
    point = shares.group_public(shares.scalar(SEED))
    factor = shares.scalar(bytes(32))

    def multiply() -> bytes:
        return crypto_scalarmult_ed25519_noclamp(factor, point)

    body = custody.to_body(key)
    steps: list[tuple[str, Callable[[], object]]] = [
        ("deal a key, 3 of 5", lambda: custody.deal_key("lot scores", public, 3, SEED)),
        ("read and check a key, 3 of 5", lambda: custody.from_body(body)),
        ("check one share, 3 of 5", lambda: custody.check_share(key, held[0])),
        ("combine 3 of 5", lambda: custody.combine(key, held)),
    ]
    return [
        Row(name=name, step=step, primitive="group multiplication", raw=multiply, times=40)
        for name, step in steps
    ]


def _the_rest() -> list[Row]:
    cipher, place = AESGCMSIV(SEED), Place(table="expert", column="name", row="1")
    stored = encrypt(SEED, place, "欧阳修文", SEED[:12])
    proof, tree = merkle.inclusion(LEAVES, 1234), merkle.root(LEAVES)
    record = {"experts": [{"id": f"{i:08x}", "region": "340100"} for i in range(50)]}
    slots = [str(i) for i in range(10)]
    block = bytes(65)

    def hash_one() -> bytes:
        return hashlib.sha256(block).digest()

    def hash_loop() -> None:
        for _ in range(len(LEAVES) - 1):
            hashlib.sha256(block).digest()

    def climb() -> None:
        merkle.check_inclusion(LEAVES[1234], 1234, len(LEAVES), proof, tree)

    return [
        Row(
            name="encrypt a field",
            step=lambda: encrypt(SEED, place, "欧阳修文", SEED[:12]),
            primitive="AES-256-GCM-SIV, key ready",
            raw=lambda: cipher.encrypt(SEED[:12], SEED, b""),
        ),
        Row(
            name="decrypt a field",
            step=lambda: decrypt(SEED, place, stored),
            primitive="AES-256-GCM-SIV, key ready",
            raw=lambda: cipher.encrypt(SEED[:12], SEED, b""),
        ),
        Row(
            name="root of 4096 leaves",
            step=lambda: merkle.root(LEAVES),
            primitive="4095 bare SHA-256",
            raw=hash_loop,
            times=5,
        ),
        Row(name="check one inclusion in 4096", step=climb, primitive="one SHA-256", raw=hash_one),
        Row(
            name="codes of 10 bids",
            step=lambda: codes_for(SEED, "lot", "1", slots),
            primitive="one SHA-256",
            raw=hash_one,
        ),
        Row(
            name="canonical form, 50 records",
            step=lambda: canonical(record),
            primitive="one SHA-256",
            raw=hash_one,
            times=40,
        ),
    ]


if __name__ == "__main__":
    main()

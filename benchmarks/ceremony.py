"""How long do five custodians take to make a hundred keys, three of which open one, without a dealer?

`python -m benchmarks.ceremony`. All five run in one process, so the time is the sum of their work; on five machines
each waits for a fifth of it. Beside it the bare primitives that no ceremony of this sort can do without. Seconds of the
processor are counted, not of the clock, so that other work on the machine changes little.
"""

import time
from collections.abc import Callable

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from nacl.bindings import crypto_scalarmult_ed25519_base_noclamp, crypto_scalarmult_ed25519_noclamp

from crypto import partial
from crypto.ceremony import Party, begin, hear
from crypto.custody import CustodyKey, Holder, open_share, seal_kept
from crypto.envelope import Context, Kind, seal
from crypto.proofs import BASE
from crypto.seats import Plan, own_of, seat_of
from crypto.shares import deal, scalar, sealing_public
from crypto.transcript import check_transcript, transcript_of

KEYS, SEATS, THRESHOLD, MOST_SECONDS, MOST_RATIO = 100, 5, 3, 10.0, 2.5
OWNS = [own_of(f"custodian {i}", bytes([i]) * 32) for i in range(SEATS)]
PINS = {own.name: (own.sign.public, own.seal.public) for own in OWNS}


def main() -> None:
    """Print seconds for the hundred keys, for checking their records, and the ratio of one partial answer."""
    since = time.process_time()
    parties = [_ceremony(number) for number in range(KEYS)]
    took = time.process_time() - since
    kept = "within" if took <= MOST_SECONDS else "OVER"
    print(
        f"{KEYS} keys, {THRESHOLD} of {SEATS}, all seats in one process: {took:.2f} s  {kept} {MOST_SECONDS:g} s"
    )
    since = time.process_time()
    for party in parties:
        check_transcript(transcript_of(party), PINS)
    print(f"{KEYS} records checked by an outsider: {time.process_time() - since:.2f} s")
    bare = _bare() * KEYS
    print(f"the bare primitives of {KEYS} keys: {bare:.2f} s, so the ceremonies cost {took / bare:.1f} x")
    step, raw = _answers()
    kept = "within" if step / raw <= MOST_RATIO else "OVER"
    print(
        f"one partial answer with proof: {step:.0f} µs, {step / raw:.2f} x its group operations  {kept} {MOST_RATIO}"
    )


def _ceremony(number: int) -> Party:
    seats = tuple(seat_of(own) for own in OWNS)
    ceremony = number.to_bytes(32, "big")
    plan = Plan(ceremony=ceremony, key_id="scores", threshold=THRESHOLD, seats=seats)
    parties, post = {}, []
    for own in OWNS:
        parties[own.name], said = begin(own, plan, PINS, bytes(32))
        post += said
    while post:
        message = post.pop(0)
        for name in parties:
            if name != message.by:
                parties[name], said = hear(parties[name], message)
                post += said
    return parties[OWNS[0].name]


def _bare() -> float:
    """Seconds: what every seat must do for one key: commit, seal n shares, check n proofs and n shares."""
    private = X25519PrivateKey.from_private_bytes(bytes(32))
    public, suite = (
        private.public_key(),
        hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM),
    )
    factor = scalar(bytes(32))
    point, sealed = crypto_scalarmult_ed25519_base_noclamp(factor), suite.encrypt(bytes(256), public, b"")

    def seat() -> None:
        for _ in range(THRESHOLD + 1 + 2 * SEATS):
            crypto_scalarmult_ed25519_base_noclamp(factor)
        for _ in range(SEATS * THRESHOLD):
            crypto_scalarmult_ed25519_noclamp(factor, point)
        for _ in range(SEATS):
            suite.encrypt(bytes(256), public, b"")
            suite.decrypt(sealed, private, b"")

    return _best(seat, 5) * SEATS


def _answers() -> tuple[float, float]:
    """Microseconds of one answer with proof, and of its three group operations alone."""
    dealt = deal(scalar(bytes(32)), THRESHOLD, SEATS, bytes(32))
    holders = tuple(
        Holder(
            name=own.name,
            public=own.seal.public,
            sealed=seal_kept("k", dealt.commitments, share, (own.name, own.seal.public), bytes(32)),
        )
        for own, share in zip(OWNS, dealt.shares, strict=True)
    )
    public = sealing_public(dealt.commitments[0])
    key = CustodyKey(
        key_id="k", threshold=THRESHOLD, public=public, commitments=dealt.commitments, holders=holders
    )
    share = open_share(key, OWNS[0].name, OWNS[0].seal.private)
    place = Context(lot="lot", kind=Kind.BIDDER, slot="1", key_id="k")
    envelope = seal(public, "x", place, bytes(32)).envelope

    def answer() -> None:
        partial.answer(key, share, envelope, b"order", bytes(32))

    def bare() -> None:
        crypto_scalarmult_ed25519_noclamp(share.value, BASE)
        crypto_scalarmult_ed25519_noclamp(share.value, BASE)
        crypto_scalarmult_ed25519_base_noclamp(share.value)
        crypto_scalarmult_ed25519_base_noclamp(share.value)

    return _best(answer, 200) * 1e6, _best(bare, 200) * 1e6


def _best(work: Callable[[], None], times: int) -> float:
    best = float("inf")
    for _ in range(7):
        since = time.process_time()
        for _ in range(times):
            work()
        best = min(best, (time.process_time() - since) / times)
    return best


if __name__ == "__main__":
    main()

"""What was signed, sealed, committed or stored yesterday is read today: one pinned answer per form.

Also the file for whoever writes these forms in another language: fixtures/vectors/crypto_v1.json.
"""

import json
from pathlib import Path
from typing import Any

from crypto import custody, fields, partial, shares, transcript
from crypto.canonical import canonical, digest, keyed
from crypto.codes import codes_for
from crypto.commit import commit
from crypto.envelope import Context, Kind, unseal
from crypto.keyfile import unlock
from crypto.keys import fingerprint, sealing_key, sign, signing_key, subseed, verify
from crypto.seats import own_of

KNOWN: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "fixtures/vectors/crypto_v1.json").read_text("utf-8")
)
CEREMONY: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "fixtures/vectors/ceremony_v1.json").read_text("utf-8")
)


def raw(text: str) -> bytes:
    """The bytes of a hexadecimal field."""
    return bytes.fromhex(text)


def test_hashes_and_commitments() -> None:
    """Labelled hash, keyed hash, commitment, sub-seed."""
    known = KNOWN["hashes"]
    key, data = raw(known["key"]), raw(known["data"])
    assert digest(known["label"], data, b"").hex() == known["digest"]
    assert keyed(key, known["label"], data, b"").hex() == known["keyed"]
    assert commit(known["label"], key, data).hex() == known["commit"]
    assert subseed(key, known["label"]).hex() == known["subseed"]


def test_keys_and_signatures() -> None:
    """Both keys of a seed, the fingerprint, a signature."""
    known = KNOWN["keys"]
    key = signing_key(raw(known["seed"]))
    assert key.public.hex() == known["signing_public"]
    assert sealing_key(raw(known["seed"])).public.hex() == known["sealing_public"]
    assert fingerprint(key.public) == known["fingerprint"]
    assert sign(key, known["label"], raw(known["payload"])).hex() == known["signature"]
    verify(key.public, known["label"], raw(known["payload"]), raw(known["signature"]))


def test_a_key_file() -> None:
    """Locked once with a small effort, opened ever after."""
    known = KNOWN["keyfile"]
    file = unlock(canonical(known["file"]), known["passphrase"])
    assert {name: secret.hex() for name, secret in file.secrets.items()} == known["secrets"]


def test_an_envelope() -> None:
    """Sealed once, opened at its place, commitment and all."""
    known = KNOWN["envelope"]
    place = Context(
        lot=known["lot"],
        kind=Kind[known["kind"]],
        slot=known["slot"],
        key_id=known["key_id"],
        version=known["version"],
        policy_hash=raw(known["policy_hash"]),
        document_hash=raw(known["document_hash"]),
    )
    assert place.info().hex() == known["info"]
    opened = unseal(raw(known["private"]), raw(known["envelope"]), place, raw(known["commitment"]))
    assert (opened.value, opened.salt.hex()) == (known["value"], known["salt"])


def test_shares() -> None:
    """A polynomial from its entropy, and the key in its ordinary form."""
    known = KNOWN["shares"]
    secret = shares.scalar(raw(known["entropy"]))
    dealt = shares.deal(secret, 2, 3, raw(known["entropy"]))
    assert secret.hex() == known["secret"]
    assert [point.hex() for point in dealt.commitments] == known["commitments"]
    assert [share.value.hex() for share in dealt.shares] == known["shares"]
    assert shares.sealing_private(secret).hex() == known["private"]


def test_a_custody_key() -> None:
    """Dealt once; two holders release the same private key ever after."""
    known = KNOWN["custody"]
    key = custody.from_body(known["key"])
    held = [
        custody.open_share(key, name, sealing_key(raw(seed)).private) for name, seed in known["seeds"].items()
    ]
    assert custody.name_of(key) == known["name"]
    assert custody.combine(key, held[1:]).hex() == known["private"]


def test_a_ceremony_without_a_dealer() -> None:
    """Its record still proves the key, seeds still give the shares back, and two answers open one envelope."""
    owns = [own_of(name, raw(seed)) for name, seed in CEREMONY["seeds"].items()]
    pins = {own.name: (own.sign.public, own.seal.public) for own in owns}
    record = transcript.from_body(CEREMONY["record"])
    key = transcript.check_transcript(record, pins)
    assert custody.name_of(key) == CEREMONY["key_name"]
    held = [transcript.recover(record, own, pins) for own in owns[1:]]
    assert custody.combine(key, held).hex() == CEREMONY["private"]
    known = CEREMONY["partial"]
    place = Context(lot=known["lot"], kind=Kind[known["kind"]], slot=known["slot"], key_id=known["key_id"])
    answers = [partial.answer_of(body) for body in known["answers"]]
    opened = partial.open_together(key, raw(known["envelope"]), place, answers, raw(known["bound"]))
    assert opened.value == known["value"]


def test_codes() -> None:
    """One expert's screen."""
    known = KNOWN["codes"]
    screen = codes_for(raw(known["key"]), known["lot"], known["expert"], known["slots"])
    assert [[one.slot, one.code] for one in screen] == known["screen"]


def test_stored_fields() -> None:
    """A name at rest and an organisation's tag."""
    known = KNOWN["fields"]
    place = fields.Place(table=known["table"], column=known["column"], row=known["row"])
    stored = fields.encrypt(raw(known["key"]), place, known["text"], raw(known["nonce"]))
    assert stored.hex() == known["stored"]
    assert fields.decrypt(raw(known["key"]), place, raw(known["stored"])) == known["text"]
    assert fields.tag(raw(known["key"]), known["label"], *known["values"]) == known["tag"]

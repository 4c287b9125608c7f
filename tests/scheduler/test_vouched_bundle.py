"""What the verifier says of experts' signatures when somebody with all the house's keys has changed a bundle."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.bundles import make
from scheduler.audit import STEPS, Finding, verify
from scheduler.audit.case import Outcome, Pins
from tests.forge import Forgery

FOLDER = Path(make.__file__).parent
NAMES, SIGNED = len(STEPS) - 1, len(STEPS)


def said(name: str, change: Callable[[Forgery], None] = lambda forgery: None, step: int = SIGNED) -> Finding:
    """The finding about signatures (or names) in a sample bundle, changed and signed anew by everybody."""
    forgery = Forgery.of((FOLDER / f"{name}.jsonl").read_bytes())
    change(forgery)
    return verify(forgery.signed(make.KEYS.log, make.CUSTODIANS), Pins()).findings[step - 1]


def test_an_unchanged_bundle_holds_or_is_sealed_still() -> None:
    """After the naming it holds, before it counts; to the public it counts."""
    assert said("good.archived").state is Outcome.HOLDS
    for name in ("good.full", "good.public"):
        found = said(name)
        assert found.state is Outcome.NOT_REVEALED
        assert "10 of 10" in found.says.en


@pytest.mark.parametrize("kind", ["Accepted", "CheckedIn", "Left"])
def test_a_signature_left_out_is_missed_before_the_naming(kind: str) -> None:
    """Where the pack asks for it, a member with a key has signed: whoever dropped it is found at once."""

    field = "certificate" if kind == "CheckedIn" else "proof"

    def without(forgery: Forgery) -> None:
        held = [e["data"] for e in forgery.entries if e["event"] == kind and e["data"][field]]
        held[0][field] = ""

    found = said("good.full", without)
    assert found.state is Outcome.BROKEN
    assert "not signed" in found.says.en


def test_two_members_proofs_exchanged_are_found() -> None:
    """A proof is of one member: in another's place it does not open."""

    def exchanged(forgery: Forgery) -> None:
        one, two = forgery.event("Accepted", 0), forgery.event("Accepted", 1)
        one["proof"], two["proof"] = two["proof"], one["proof"]

    assert said("good.full", exchanged).state is Outcome.NOT_REVEALED
    found = said("good.archived", exchanged)
    assert found.state is Outcome.BROKEN
    assert "P-" in found.says.en


def test_another_commitment_in_a_leaf_is_found() -> None:
    """A leaf changed after the draw to commit to another key: the root breaks, and the identity shows no such key."""

    def other(body: dict) -> dict:
        for leaf in body["leaves"]:
            leaf["expert"]["key"] = "ab" * 32
        return body

    found = said("good.archived", lambda forgery: forgery.change("pool", other))
    assert found.state is Outcome.BROKEN
    assert "commits to" in found.says.en


@pytest.mark.parametrize("what", ["nothing", "rubbish", "a seed"])
def test_identities_and_answers_are_sealed_to_the_custodians_before_anybody_is_named(what: str) -> None:
    """Rubbish in their place, or an envelope for another purpose, would only be found once experts are named."""

    def instead(forgery: Forgery) -> str:
        return {"nothing": "", "rubbish": "ab" * 600, "a seed": forgery.event("SeedPledged")["deposits"][0]}[
            what
        ]

    def identity(forgery: Forgery) -> None:
        forgery.event("Drawn")["members"][0]["identity"] = instead(forgery)

    def answer(forgery: Forgery) -> None:
        forgery.event("Accepted")["proof"] = instead(forgery)

    assert said("good.full", step=NAMES).state is Outcome.NOT_REVEALED
    assert said("good.full", identity, NAMES).state is Outcome.BROKEN
    assert said("good.full", answer).state is Outcome.BROKEN

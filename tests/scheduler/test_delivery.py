"""A delivery record: what is signed, and what no longer fits the signature."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crypto.errors import Broken
from crypto.keys import signing_key
from scheduler.codec import from_plain, to_plain
from scheduler.delivery import (
    Channel,
    Delivery,
    SignedDelivery,
    check_delivery,
    delivery_statement,
    sign_delivery,
)
from scheduler.events import Member
from scheduler.model import LotId

KEY = signing_key(b"d" * 32)
AT = datetime(2026, 11, 30, 5, 0, tzinfo=UTC)
ONE = Delivery(lot=LotId("L-1"), member=Member("P-A"), round=2, at=AT, channel=Channel.DESK)


def test_the_statement_is_canonical_json():
    """Anybody can write the signed bytes down from the five facts."""
    assert delivery_statement(ONE) == (
        b'{"at":"2026-11-30T05:00:00+00:00","channel":"desk","lot":"L-1","member":"P-A","round":2}'
    )


def test_a_signed_delivery_survives_the_journey():
    """Written as JSON and read back, it is still the same and still verifies."""
    signed = sign_delivery(KEY, ONE)
    again = from_plain(SignedDelivery, to_plain(signed))
    assert check_delivery(KEY.public, again) == ONE


@pytest.mark.parametrize(
    "change",
    [
        {"lot": LotId("L-2")},
        {"member": Member("P-B")},
        {"round": 1},
        {"at": AT + timedelta(seconds=1)},
        {"channel": Channel.SEEN},
    ],
)
def test_no_fact_of_a_delivery_can_be_changed(change):
    """Another lot, person, round, moment or channel is not what was signed."""
    signed = sign_delivery(KEY, ONE)
    with pytest.raises(Broken):
        check_delivery(KEY.public, replace(signed, delivery=replace(ONE, **change)))


def test_another_house_cannot_sign_it():
    """Only the house whose key was pinned says what was delivered."""
    with pytest.raises(Broken):
        check_delivery(KEY.public, sign_delivery(signing_key(b"e" * 32), ONE))


def test_a_moment_without_a_zone_is_no_moment():
    """It is neither signed nor believed."""
    bare = replace(ONE, at=AT.replace(tzinfo=None))
    with pytest.raises(ValueError, match="time zone"):
        sign_delivery(KEY, bare)
    with pytest.raises(Broken):
        check_delivery(KEY.public, SignedDelivery(delivery=bare, signature="00" * 64))

"""S8 Somebody wants to see before the close: no verb gives it, and the database alone tells nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from api.demo.people import OPERATOR, SUPERVISOR
from api.services import auditing, closing, revealing
from scheduler.audit import verify
from scheduler.audit.case import Outcome
from scheduler.audit.command import read_trust
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.model import Role
from scheduler.sight import Datum, demand, may_see
from scheduler.state import ORDER
from tests.town import EXPERTS, bidder, expert_name


def test_a_supervisor_gets_no_map_before_the_close(town):
    """Not by revealing, not by totalling, not by the bundle; scoring goes on undisturbed."""
    town.drawn().blinded()
    before = town.state
    for verb in (revealing.reveal, closing.total):
        with pytest.raises(Refused, match="role"):
            verb(town.office, SUPERVISOR, town.lot)
    with pytest.raises(Refused, match="export_early"):
        auditing.export(town.office, SUPERVISOR, town.lot, BundleKind.FULL)
    for datum in (Datum.BIDDER_MAP, Datum.CODE_MAP, Datum.SHEETS, Datum.EXPERT_NAMES):
        with pytest.raises(Refused, match="sight"):
            demand(Role.SUPERVISOR, datum, town.state.phase)
    assert town.state == before
    town.score_all()
    closing.close(town.office, OPERATOR, town.lot)


def test_one_key_holder_alone_opens_nothing_and_two_do(town):
    """Two of three custodians open a key after the close; one of three does not."""
    town.drawn().blinded()
    town.score_all()
    closing.close(town.office, OPERATOR, town.lot)
    keys = town.office.keys
    alone = replace(town.office, keys=replace(keys, custodians=keys.custodians[:1]))
    with pytest.raises(Refused, match="custodians_away"):
        closing.total(alone, OPERATOR, town.lot)
    two = replace(town.office, keys=replace(keys, custodians=keys.custodians[1:]))
    closing.total(two, OPERATOR, town.lot)
    assert town.state.totals


def test_a_dump_of_the_database_holds_no_name(town, tmp_path: Path):
    """An administrator with the file has ciphertext and hashes: no expert's name, no bidder's."""
    town.drawn().blinded()
    town.score_all()
    dump = b"".join(file.read_bytes() for file in sorted(tmp_path.glob("yuanping.db*")))
    assert len(dump) > 100_000
    for n in range(1, EXPERTS + 1):
        assert expert_name(n).encode() not in dump
    for n in range(1, 4):
        assert bidder(n).name.encode() not in dump


def test_an_administrator_never_sees_the_map_in_any_phase():
    """No row of the table of sight gives IT administrators names, map or scores."""
    for datum in (Datum.BIDDER_MAP, Datum.CODE_MAP, Datum.SHEETS, Datum.EXPERT_NAMES, Datum.BIDDER_NAMES):
        assert not any(may_see(Role.ADMIN, datum, phase) for phase in ORDER)


def identities_in_file(town):
    """How the verifier's step on experts' identities ends over the full file."""
    trust = read_trust(auditing.trust_of(town.office.keys))
    found = verify(town.bundle(BundleKind.FULL), trust).findings
    return next(each.state for each in found if each.name.en == "experts' identities")


def test_experts_are_named_only_once_the_winner_is_determined(town):
    """The supervisor alone, after the file is archived, and once; the verifier then opens every identity."""
    town.drawn().blinded()
    town.score_all()
    for verb in (closing.close, closing.total, revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, town.lot)
    with pytest.raises(Refused, match="key_too_early"):
        revealing.name_experts(town.office, SUPERVISOR, town.lot)
    assert identities_in_file(town) is Outcome.NOT_REVEALED
    revealing.archive(town.office, OPERATOR, town.lot, "中标人已确定")
    with pytest.raises(Refused, match="role"):
        revealing.name_experts(town.office, OPERATOR, town.lot)
    revealing.name_experts(town.office, SUPERVISOR, town.lot)
    assert identities_in_file(town) is Outcome.HOLDS
    with pytest.raises(Refused, match="key_opened_before"):
        revealing.name_experts(town.office, SUPERVISOR, town.lot)

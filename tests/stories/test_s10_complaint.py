"""S10 A complaint eight weeks later: the archive verifies offline, and tells a late source from a missed recusal."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest

from api.demo.people import OPERATOR
from api.services import auditing, closing, revealing, standing
from api.services.office import open_case
from scheduler.audit import verify
from scheduler.audit.command import read_trust
from scheduler.bundle import Unreadable
from scheduler.facts import case_of, choices, numbers
from scheduler.model import Job, OrgTag
from scheduler.recheck import grounds
from scheduler.records import OrganisationRecord, Registers
from scheduler.rules import limits
from scheduler.state import Phase
from tests.town import NINE, bidder


@pytest.fixture
def archived(town):
    """An evaluation from booking to archive, and its bundle."""
    town.drawn().blinded()
    town.score_all()
    closing.close(town.office, OPERATOR, town.lot)
    closing.total(town.office, OPERATOR, town.lot)
    revealing.reveal(town.office, OPERATOR, town.lot)
    revealing.report(town.office, OPERATOR, town.lot)
    revealing.archive(town.office, OPERATOR, town.lot, "中标人已确定")
    town.clock.move(NINE + timedelta(weeks=8))
    return town


def test_the_archive_verifies_with_public_keys_alone(archived):
    """Commitments, lottery, seeds, ticket and reasons hold eight weeks later."""
    report = verify(archived.bundle(), read_trust(auditing.trust_of(archived.office.keys)))
    assert archived.state.phase is Phase.F7
    assert report.holds
    assert report.pinned


def test_one_altered_byte_makes_verification_fail(archived):
    """Wherever it is."""
    data, pins = archived.bundle(), read_trust(auditing.trust_of(archived.office.keys))
    for at in range(len(data) // 7, len(data), len(data) // 7):
        bent = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with suppress(Unreadable):
            assert not verify(bent, pins).holds, at


def test_evidence_that_came_late_is_told_from_a_missed_recusal(archived, register):
    """By the pool as frozen the rules let the member sit; by the register of today they do not."""
    member = archived.state.experts()[0].member
    number, winner = archived.number(member), bidder(1)
    case = open_case(archived.office, archived.lot)
    then = case_of(case.request, case.snapshot, conflicts=case.conflicts)
    sitting = choices(case.request, case.state.experts())
    assert grounds(limits(then, numbers(case.pack, then)), sitting) == {}

    def change(record, n):
        job = Job(org=OrgTag(winner.code), since=date(2024, 1, 1), until=date(2025, 1, 1))
        return replace(record, jobs=(*record.jobs, job)) if n == number else record

    firm = OrganisationRecord(code=winner.code, name=winner.name, parent="")
    register(archived, change, Registers(organisations=(firm,)))
    found = standing.barred(archived.office, case, member)
    assert found is not None
    assert found.rule == "R1"
    then = case_of(case.request, case.snapshot, conflicts=case.conflicts)
    assert grounds(limits(then, numbers(case.pack, then)), sitting) == {}

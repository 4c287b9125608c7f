"""A beacon named before its pulse exists: the draw waits for it, takes it by its signature alone, and never chooses."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.demo.people import OPERATOR, SUPERVISOR
from api.services import acting, beaconing, drawing, pressing, ticking
from api.services.acting import Deed
from api.services.office import by, open_case, record
from api.services.pressing import Press, Slip
from api.services.releasing import release
from crypto.errors import Broken
from crypto.keys import signing_key
from scheduler.audit import verify
from scheduler.audit.beacons import told
from scheduler.audit.case import Outcome, Pins, prepare
from scheduler.beacon import due_at, first_after, may_name, missed_from
from scheduler.bundle import BundleKind
from scheduler.bundle import read as read_bundle
from scheduler.deadlines import Deed as Due_
from scheduler.deadlines import due, waits_of
from scheduler.errors import Refused
from scheduler.events import LotteryFixed, PulseTaken
from scheduler.pulse import read
from scheduler.release import condition, seeds
from tests.beacons import KEY, Beaconed, signed, value_of, wait_for_pulse, with_beacon
from tests.forge import Forgery
from tests.stranger import Reader
from tests.town import Town, keyring

KEYS = keyring()
CUSTODIANS = {each.name: each.sign for each in KEYS.custodians}


def refused(verb, *arguments) -> str:
    """The code of the refusal."""
    with pytest.raises(Refused) as no:
        verb(*arguments)
    return no.value.code


@pytest.fixture
def fixed(town: Town) -> Town:
    """A committed lottery that waits for a pulse nobody can fetch."""
    with_beacon(town, online=False)
    town.book()
    town.prepare()
    drawing.fix(town.office, OPERATOR, town.lot)
    return town


def test_the_commitment_names_a_pulse_that_does_not_exist_yet(fixed: Town) -> None:
    """Due after the commitment by the pack's lead at least, and the first such one."""
    state = fixed.state
    (only,) = state.rounds
    moment = due_at(state.beacon, only.pulse)
    assert only.fixed + timedelta(seconds=30) <= moment < only.fixed + timedelta(seconds=91)
    assert due_at(state.beacon, only.pulse - 1) < only.fixed + timedelta(seconds=30)


def test_no_seed_is_opened_before_the_pulse_is_on_record(fixed: Town) -> None:
    """Neither the operator nor the clock draws, and the custodians' condition does not hold."""
    assert refused(condition, fixed.state, seeds(1)) == "key_too_early"
    assert refused(release, open_case(fixed.office, fixed.lot), seeds(1)) == "key_too_early"
    assert refused(drawing.draw, fixed.office, OPERATOR, fixed.lot) == "pulse_awaited"
    assert refused(acting.act, fixed.office, OPERATOR, fixed.lot, Deed.DRAW) == "pulse_awaited"
    assert due(fixed.state, fixed.office.now(), waits_of(fixed.office.pack)) == ()
    wait_for_pulse(fixed)
    assert refused(drawing.draw, fixed.office, OPERATOR, fixed.lot) == "pulse_awaited"
    assert ticking.tick(fixed.office)[0].refusal == "pulse_awaited"
    assert fixed.state.opened_keys == ()


def test_the_clock_fetches_the_pulse_once_it_is_due_and_draws(town: Town) -> None:
    """Nobody needs to press anything; the ticket is not the one that the seeds alone would give."""
    with_beacon(town)
    town.book()
    town.prepare()
    drawing.fix(town.office, OPERATOR, town.lot)
    assert ticking.tick(town.office) == ()
    wait_for_pulse(town)
    assert [each.due.deed for each in ticking.tick(town.office)] == [Due_.FINISH]
    (only,) = town.state.rounds
    assert only.taken is not None
    assert only.taken.value == value_of(only.pulse)
    assert only.ticket
    assert len(town.state.experts()) == 4


def test_a_pulse_is_taken_for_its_signature_alone(fixed: Town) -> None:
    """Whatever the address sends: another key, number, beacon, moment or form is refused and changes nothing."""
    state, pulse = fixed.state, fixed.state.rounds[0].pulse
    wait_for_pulse(fixed)
    good = signed(state.beacon, pulse)
    wrong = {
        "another key": signed(state.beacon, pulse, key=signing_key(b"x" * 32)),
        "another beacon": signed(replace(state.beacon, id="other"), pulse),
        "another genesis": signed(replace(state.beacon, genesis="2026-01-01T00:00:00+00:00"), pulse),
        "a changed value": good.replace(value_of(pulse).encode(), value_of(pulse + 1).encode()),
        "a short value": signed(state.beacon, pulse, "ab" * 31),
        "a long value": signed(state.beacon, pulse, "ab" * 65),
        "no hexadecimal": signed(state.beacon, pulse, "zz" * 32),
        "not canonical": good.replace(b":", b": ", 1),
        "nothing": b"",
        "a list": b"[]",
        "beyond the calendar": good.replace(f'"pulse":{pulse}'.encode(), b'"pulse":10000000000000'),
    }
    for data in wrong.values():
        assert refused(beaconing.take, fixed.office, OPERATOR, fixed.lot, data) == "pulse_broken"
    for other in (pulse - 1, pulse + 1):
        data = signed(state.beacon, other)
        assert refused(beaconing.take, fixed.office, OPERATOR, fixed.lot, data) == "pulse_other"
    assert fixed.state.rounds[0].taken is None


def test_the_operator_may_bring_a_pulse_in_a_file_but_not_before_it_is_due(fixed: Town) -> None:
    """A beacon that signs ahead of time helps nobody: the journal refuses it until its moment."""
    slip = Slip(text=signed(fixed.state.beacon, fixed.state.rounds[0].pulse).decode())
    press = (fixed.office, OPERATOR, fixed.lot, Press.PULSE, slip)
    assert refused(pressing.press, *press) == "pulse_early"
    wait_for_pulse(fixed)
    pressing.press(*press)
    assert refused(pressing.press, *press) == "pulse_unasked"
    drawing.draw(fixed.office, OPERATOR, fixed.lot)
    assert fixed.state.rounds[0].ticket


def test_a_pulse_that_never_comes_is_signed_for_and_a_later_one_is_named(fixed: Town) -> None:
    """Not before the pack's waiting time, only by the supervisor, with a reason; then the draw waits anew."""
    pulse = fixed.state.rounds[0].pulse
    wait_for_pulse(fixed)
    miss = (fixed.office, SUPERVISOR, fixed.lot, Press.PULSE_MISSED, Slip(text="信标停机，已电话核实"))
    assert refused(pressing.press, *miss) == "pulse_awaited"
    fixed.clock.move(missed_from(fixed.state.beacon, pulse))
    assert refused(beaconing.miss, fixed.office, OPERATOR, fixed.lot, "停机") == "role"
    assert refused(beaconing.miss, fixed.office, SUPERVISOR, fixed.lot, " ") == "reason_missing"
    pressing.press(*miss)
    (only,) = fixed.state.rounds
    assert only.missed == (pulse,)
    assert due_at(fixed.state.beacon, only.pulse) >= fixed.state.at + timedelta(seconds=30)
    assert refused(condition, fixed.state, seeds(1)) == "key_too_early"
    data = signed(fixed.state.beacon, pulse)
    assert refused(beaconing.take, fixed.office, OPERATOR, fixed.lot, data) == "pulse_other"
    wait_for_pulse(fixed)
    beaconing.take(fixed.office, OPERATOR, fixed.lot, signed(fixed.state.beacon, only.pulse))
    drawing.draw(fixed.office, OPERATOR, fixed.lot)
    assert fixed.state.rounds[0].ticket


def test_where_the_pack_allows_it_the_seeds_alone_decide_after_a_missed_pulse(town: Town) -> None:
    """And only there: a pack that says so, a signature, a reason, all in the verifier's report."""
    with_beacon(town, online=False, without=True)
    town.book()
    town.prepare()
    drawing.fix(town.office, OPERATOR, town.lot)
    town.clock.move(missed_from(town.state.beacon, town.state.rounds[0].pulse))
    beaconing.miss(town.office, SUPERVISOR, town.lot, "信标停机")
    drawing.draw(town.office, OPERATOR, town.lot)
    assert town.state.rounds[0].ticket
    assert town.state.rounds[0].taken is None


def test_a_commitment_must_name_a_pulse_and_only_one_to_come(town: Town) -> None:
    """None, a past one or one far away is refused; so is a pulse where no beacon was booked."""
    with_beacon(town)
    town.book()
    town.prepare()
    state = town.state
    first = first_after(state.beacon, state.at)
    for pulse in (None, 1, first - 2, first + 100, -5):
        event = LotteryFixed(round=1, lottery=state.head, kept=(), out=(), pulse=pulse)
        assert refused(record, town.office, town.lot, state, [by(OPERATOR, event)]) == "beacon_other"
    assert not may_name(state.beacon, None, state.at)


class Missed(Beaconed):
    """The first round's pulse does not come: the supervisor signs."""

    def fix(self) -> None:
        """As before, with the first pulse missed."""
        drawing.fix(self.office, OPERATOR, self.lot)
        if len(self.town.state.rounds) == 1:
            self.town.clock.move(missed_from(self.town.state.beacon, self.town.state.rounds[0].pulse))
            beaconing.miss(self.office, SUPERVISOR, self.lot, "信标停机")
        wait_for_pulse(self.town)


def whole(town: Town, tale: type[Beaconed] = Beaconed) -> Town:
    """The tale of three rounds under the beacon, to F6."""
    return tale(with_beacon(town)).tell()


def test_the_verifier_checks_pulses_offline_from_the_bundle_alone(town: Town) -> None:
    """Full and public, pinned and not; step 10 tells of the beacon and of what was missed. A stranger agrees."""
    whole(town, Missed)
    for kind in BundleKind:
        data = town.bundle(kind)
        pins = Pins(log=KEYS.log.public, beacons={"town-beacon": KEY.public})
        report = verify(data, pins)
        assert report.holds, report.findings
        assert "pulses" in report.findings[9].says.en
        assert "pinned" in report.findings[9].says.en
        assert "missed, by the supervisor's word" in report.findings[9].says.en
        assert "key not pinned" in verify(data, Pins()).findings[9].says.en
    assert Reader(town.bundle()).check_draws() == 3


def broken(data: bytes, pins: Pins | None = None) -> list[int]:
    """The broken steps."""
    return [f.n for f in verify(data, pins or Pins()).findings if f.state is Outcome.BROKEN]


def test_a_beacon_of_another_key_than_pinned_is_broken(town: Town) -> None:
    """Whoever makes a beacon of its own is found out by the trust file."""
    whole(town)
    pins = Pins(beacons={"town-beacon": signing_key(b"y" * 32).public})
    assert broken(town.bundle(), pins) == [10]


@pytest.mark.parametrize(
    ("step", "change"),
    [
        (10, lambda f: f.event("PulseTaken").update(value=value_of(7))),
        (10, lambda f: f.event("PulseTaken").update(signature="00" * 64)),
        (10, lambda f: f.event("PulseTaken").update(value="")),
        (3, lambda f: f.event("PulseTaken").update(pulse=7)),
        (3, lambda f: f.event("LotteryFixed").update(pulse=None)),
        (3, lambda f: f.event("LotteryFixed").update(pulse=3)),
        (5, lambda f: f.event("Booked")["beacon"].update(key="11" * 32)),
        (5, lambda f: f.event("Booked")["beacon"].update(without=True)),
    ],
)
def test_a_forged_pulse_breaks_the_step_that_looks_at_it(town: Town, step: int, change) -> None:
    """Everything hashed and signed anew by all who hold keys: the beacon's signature they do not have."""
    whole(town)
    forgery = Forgery.of(town.bundle())
    change(forgery)
    assert step in broken(forgery.signed(KEYS.log, CUSTODIANS))


def test_a_forged_pulse_of_a_round_that_was_never_drawn_is_found(town: Town) -> None:
    """The report lists it as the beacon's: so its signature is asked for, whatever became of the round."""
    whole(town)
    case = prepare(read_bundle(town.bundle()), Pins())
    first = case.final().rounds[0]
    assert first.taken is not None
    undrawn = replace(first, ticket="", taken=replace(first.taken, signature="00" * 64))
    with pytest.raises(Broken):
        told(replace(case, state=replace(case.final(), rounds=(*case.final().rounds, undrawn))))


def test_a_pulse_read_twice_is_the_same_event(fixed: Town) -> None:
    """Reading is strict: one file, one event, and only with the named beacon."""
    beacon, pulse = fixed.state.beacon, fixed.state.rounds[0].pulse
    event = read(signed(beacon, pulse) + b"\n", beacon, 1)
    assert isinstance(event, PulseTaken)
    assert (event.round, event.pulse, event.value) == (1, pulse, value_of(pulse))

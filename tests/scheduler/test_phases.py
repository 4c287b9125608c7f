"""When may something happen, and who may do it? Every event in every phase by every role, and the history's own law."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from scheduler.errors import Refused
from scheduler.events import (
    EVENTS,
    Accepted,
    Archived,
    Booked,
    Cancelled,
    CheckedIn,
    Digest,
    Drawn,
    KeyOpened,
    Left,
    LotteryFixed,
    Member,
    Opened,
    Out,
    Release,
    Scored,
    Seated,
    Slot,
)
from scheduler.model import LotId, Role
from scheduler.phases import PHASES, apply, may, replay
from scheduler.record import entry
from scheduler.release import BIDDERS, EXPERTS, SCORES, condition, seeds
from scheduler.state import ORDER, Entry, Phase, State
from tests.scheduler.histories import NOON, OWNER, A, B, history, mark, seated, slots

# Stated a second time, by hand, from the domain's phases: event → phases → roles.
STAFF = "operator system"
F03, F13 = "F0 F1 F2 F3", "F1 F2 F3"
LAW = {
    "Booked": ("", "operator"),
    "KeysDealt": ("F0", "system"),
    "KeysMade": ("F0", "system"),
    "PoolFrozen": (F03, "operator pool"),
    "SeedPledged": (F03, "operator tenderee supervisor"),
    "LotteryFixed": (F03, STAFF),
    "KeyOpened": ("F0 F1 F2 F3 F4 F7", "custodian"),
    "Drawn": (F03, STAFF),
    "Accepted": (F13, "expert"),
    "Left": (F13, "expert site system"),
    "Stuck": (F03, "system"),
    "Opened": ("F1", "operator"),
    "Rechecked": ("F2", "system"),
    "CheckedIn": ("F2 F3", "site"),
    "Blinded": ("F2", STAFF),
    "Scored": ("F3 F4", "expert owner"),
    "Closed": ("F3", STAFF),
    "Totalled": ("F4", STAFF),
    "Revealed": ("F4", STAFF),
    "Reported": ("F5", "operator"),
    "Archived": ("F6", "operator"),
    "RoundsExtended": (F13, "supervisor"),
    "KeysAdded": (F13, "system"),
    "HadPlacesKept": ("F0 F1 F2 F3 F4", "system"),
    "KeptInVain": ("F0 F1 F2 F3 F4 F5 F6 F7", "system"),
    "RelaxAsked": (F03, "operator"),
    "Relaxed": (F03, "supervisor tenderee pool"),
    "RelaxDenied": (F03, "supervisor tenderee pool"),
    "Authorised": (F03, "tenderee"),
    "ChairVoted": ("F2 F3", "expert owner"),
    "Chaired": ("F2 F3", "system tenderee"),
    "Declared": ("F2", "expert owner"),
    "Withdrew": ("F1 F2", "expert"),
    "AppealFiled": ("F2", "operator pool"),
    "AppealAnswered": ("F2", "expert"),
    "AppealDecided": ("F2", "supervisor"),
    "AppointmentApproved": ("F0 F1", "supervisor tenderee pool"),
    "Appointed": ("F0 F1", "tenderee"),
    "SitesOffered": ("F0", "system"),
    "SiteSeedPledged": ("F0", "operator tenderee supervisor"),
    "SitesFixed": ("F0", "operator system"),
    "SitesDrawn": ("F0", "operator system"),
    "Cancelled": ("F0 F1 F2 F3 F4", "operator"),
    "Voided": ("F2 F3", "expert site supervisor"),
    "Returned": ("F4", STAFF),
    "Endorsed": ("cancelled", "supervisor"),
    "Followed": ("F0", "system"),
    "Annulled": ("F6 F7", "supervisor"),
    "Interrupted": (F13, "operator site"),
    "Resumed": (F13, "operator site"),
    "Lapsed": (F13, "system"),
    "Decided": (F13, "tenderee"),
    "Voted": ("F3 F4 F5", "expert owner"),
    "Settled": ("F3 F4 F5", "system"),
    "Extended": (F13, "operator"),
    "ReviewBegun": ("F4", "system"),
    "Explained": ("F4", "expert owner"),
    "Reviewed": ("F4", "system"),
    "GlassAsked": ("F2 F3 F4", "supervisor"),
    "GlassConfirmed": ("F2 F3 F4", "supervisor"),
    "GlassBroken": ("F2 F3 F4", "custodian"),
    "GlassRefused": ("F0 F1 F2 F3 F4", "system"),
    "GlassResumed": ("F3", "operator"),
    "Moved": ("F0", "operator"),
    "PulseTaken": (F03, STAFF),
    "PulseMissed": (F03, "supervisor"),
    "Reseated": ("F0 F1 F2 F3", "operator"),
    "Delivered": (F13, "system"),
    "StandbyFixed": ("F1 F2", "system"),
    "StandbyDrawn": ("F1 F2", "system"),
    "StandbyMissing": ("F1 F2", "system"),
    "Promoted": (F13, "system"),
    "PassedOver": (F13, "system"),
}


def test_the_table_says_what_the_law_says() -> None:
    """Every event × phase × role is allowed exactly where it was written down by hand a second time."""
    assert set(LAW) == set(EVENTS) == {row.event.__name__ for row in PHASES}
    for name, phase, role in product(EVENTS, (None, *Phase), Role):
        phases, roles = (words.split() for words in LAW[name])
        here = phase is None if not phases else phase is not None and phase.value in phases
        allowed = here and role.value in roles
        assert (may(role, EVENTS[name], phase) is None) == allowed, (name, phase, role)


def test_apply_asks_the_table_first() -> None:
    """What the table forbids is refused as phase or role, whatever else is wrong with it."""
    states = {state.phase: state for state in history().states}
    samples = {type(each.event): each.event for each in history().entries}
    samples |= {Archived: Archived(reason="x"), Cancelled: Cancelled(reason="x")}
    assert set(states) >= set(ORDER)
    for event, (phase, state), role in product(samples.values(), states.items(), Role):
        if may(role, type(event), phase) is not None:
            made = entry(state, state.lot, event, at=NOON + timedelta(days=9), role=role, actor="")
            with pytest.raises(Refused) as refused:
                apply(state, made)
            assert refused.value.code in ("phase", "role")


def test_a_cancelled_case_is_over() -> None:
    """After a cancellation nothing may happen any more but the supervisor's countersignature."""
    for name, role in product(EVENTS, Role):
        if name not in ("Booked", "Endorsed"):
            assert may(role, EVENTS[name], Phase.CANCELLED) == "phase"


def test_the_phase_never_goes_back() -> None:
    """Along a whole history phases only rise; a later round of the draw keeps F2 and F3."""
    phases = [ORDER.index(state.phase) for state in history().states]
    assert phases == sorted(phases)
    assert phases[-1] == ORDER.index(Phase.F7)


def test_replay_gives_the_state_after_every_entry() -> None:
    """Replaying any beginning of a history gives what applying it step by step gave."""
    made = history()
    for n in range(1, len(made.entries) + 1):
        assert replay(made.entries[:n]) == made.states[n - 1]


def test_an_empty_history_is_no_case() -> None:
    """There is no state before the booking, and nothing but a booking begins."""
    with pytest.raises(Refused, match="no_history"):
        replay([])
    with pytest.raises(Refused, match="phase"):
        replay(history().entries[1:])


def at(phase: Phase) -> State:
    """The last state of the sample history in a phase."""
    return [state for state in history().states if state.phase is phase][-1]


def first(phase: Phase) -> State:
    """The first state of the sample history in a phase."""
    return next(state for state in history().states if state.phase is phase)


def code(state: State, event: object, role: Role, actor: str = "", **changes: object) -> str:
    """The refusal's code of one more entry."""
    made = entry(state, state.lot, event, at=state.at + timedelta(minutes=1), role=role, actor=actor)  # type: ignore[arg-type]  # any event
    with pytest.raises(Refused) as refused:
        apply(state, replace(made, **changes) if changes else made)  # type: ignore[arg-type]  # any field
    return refused.value.code


@pytest.mark.parametrize(
    "changes",
    [{"seq": 99}, {"previous": mark("other")}, {"lot": LotId("OTHER")}],
    ids=["number", "hash", "lot"],
)
def test_an_entry_joins_only_its_own_end(changes: dict[str, object]) -> None:
    """Another number, another previous hash or another lot is stale."""
    assert code(first(Phase.F1), Accepted(member=A), Role.EXPERT, A, **changes) == "stale"


def test_time_does_not_run_back() -> None:
    """An entry older than the last one is refused."""
    state = first(Phase.F1)
    before = state.at - timedelta(microseconds=1)
    assert code(state, Accepted(member=A), Role.EXPERT, A, at=before) == "clock"


def test_nobody_answers_for_somebody_else() -> None:
    """Accepting, declining and scoring are the member's own."""
    state = first(Phase.F1)
    assert code(state, Accepted(member=A), Role.EXPERT, B) == "not_yours"
    assert code(state, Left(member=A, why=Out.DECLINED), Role.EXPERT, B) == "not_yours"
    sheet = Scored(member=A, version=1, sheet="00", commitment=mark("s"))
    assert code(first(Phase.F3), sheet, Role.EXPERT, B) == "not_yours"
    assert code(first(Phase.F3), sheet, Role.OWNER, OWNER) == "not_yours"


def test_each_reason_to_leave_has_its_speaker() -> None:
    """Experts decline, the clock says silent, nobody but the re-check says recused."""
    state = first(Phase.F1)
    assert code(state, Left(member=A, why=Out.SILENT), Role.EXPERT, A) == "role"
    assert code(state, Left(member=A, why=Out.DECLINED), Role.SYSTEM) == "role"
    assert code(state, Left(member=A, why=Out.RECUSED), Role.SYSTEM) == "recheck_only"
    assert code(state, Left(member=OWNER, why=Out.ABSENT), Role.SYSTEM) == "owner_stays"
    assert code(state, Left(member=Member("P-NOBODY"), why=Out.ABSENT), Role.SYSTEM) == "not_a_member"


def test_who_said_yes_is_not_silent_and_who_came_does_not_decline() -> None:
    """After accepting there is no silence; after check-in there is no declining."""
    state = at(Phase.F2)
    assert code(state, Left(member=A, why=Out.SILENT), Role.SYSTEM) in (
        "accepted_before",
        "checked_in_before",
    )
    assert code(state, Left(member=A, why=Out.DECLINED), Role.EXPERT, A) == "checked_in_before"


def test_seeds_open_only_against_their_lottery() -> None:
    """Before a lottery is fixed no seed key opens, and a later round's key never with this round's record."""
    before = first(Phase.F0)
    with pytest.raises(Refused, match="key_too_early"):
        condition(before, seeds(1))
    fixed = next(s for s in history().states if s.round_under_way())
    assert condition(fixed, seeds(1)) == fixed.rounds[0].lottery
    with pytest.raises(Refused, match="key_too_early"):
        condition(fixed, seeds(2))
    other = KeyOpened(key=seeds(1), against=mark("x"), opening=mark("o"), releases=releases(2))
    assert code(fixed, other, Role.CUSTODIAN) == "key_other_record"


def releases(count: int, names: str = "abc") -> tuple[Release, ...]:
    """Releases of the first `count` custodians."""
    return tuple(Release(custodian=name, signature="00" * 64) for name in names[:count])


@pytest.mark.parametrize(
    "who", [releases(1), releases(2, "aa"), releases(2, "az"), ()], ids=["one", "twice", "stranger", "none"]
)
def test_a_key_needs_two_different_custodians(who: tuple[Release, ...]) -> None:
    """One release, one custodian twice, or a stranger's do not open a key."""
    fixed = next(s for s in history().states if s.round_under_way())
    event = KeyOpened(key=seeds(1), against=fixed.rounds[0].lottery, opening=mark("o"), releases=who)
    assert code(fixed, event, Role.CUSTODIAN) == "key_releases"


def test_keys_open_in_the_order_of_their_records() -> None:
    """Scores after the close, bidders after the totals, experts after the archive; each once."""
    allowed = {key: [] for key in (SCORES, BIDDERS, EXPERTS)}
    for state in history().states:
        for key, phases in allowed.items():
            try:
                condition(state, key)
                phases.append(state.phase)
            except Refused:
                pass
    assert {key: sorted(set(phases)) for key, phases in allowed.items()} == {
        SCORES: [Phase.F4],
        BIDDERS: [Phase.F4],
        EXPERTS: [Phase.F7],
    }


def test_nobody_can_draw_what_is_not_open() -> None:
    """A drawn panel fills exactly the open seats, with nobody twice and nobody who was there before."""
    ready = next(s for s in history().states if s.rounds and s.rounds[-1].opened and not s.rounds[-1].ticket)
    one, two = seated("P-X", 0), seated("P-Y", 1)

    def drawn(*members: Seated, number: int = 1) -> Drawn:
        return Drawn(round=number, ticket="00" * 32, members=members, seating=mark("p"))

    assert code(ready, drawn(one), Role.SYSTEM) == "S0"
    assert code(ready, drawn(one, one, two), Role.SYSTEM) == "S0"
    assert code(ready, drawn(one, replace(two, member=one.member)), Role.SYSTEM) == "S1"
    assert code(ready, drawn(one, seated(OWNER, 1)), Role.SYSTEM) == "R0"
    assert code(ready, drawn(one, two, number=2), Role.SYSTEM) == "round_not_ready"
    assert code(ready, drawn(one, two, seated("P-Z", 7)), Role.SYSTEM) == "S1"


def test_a_lottery_names_exactly_who_sits_and_who_left() -> None:
    """Kept and out members are the state's own; a full panel needs no lottery; rounds are numbered."""
    full = first(Phase.F1)
    kept = tuple(m.member for m in full.experts())
    again = LotteryFixed(round=2, lottery=mark("l"), kept=kept, out=())
    assert code(full, again, Role.SYSTEM) == "panel_full"
    gone = apply(
        full, entry(full, full.lot, Left(member=A, why=Out.DECLINED), at=full.at, role=Role.EXPERT, actor=A)
    )
    good = LotteryFixed(round=2, lottery=mark("l"), kept=(B,), out=(A,))
    assert code(gone, replace(good, kept=(A, B)), Role.SYSTEM) == "stale"
    assert code(gone, replace(good, out=()), Role.SYSTEM) == "stale"
    assert code(gone, replace(good, round=3), Role.SYSTEM) == "stale"
    apply(gone, entry(gone, gone.lot, good, at=gone.at, role=Role.SYSTEM, actor=""))


def test_three_bids_and_no_slot_twice() -> None:
    """Fewer than three bids are not opened, and no commitment stands for two bids."""
    state = first(Phase.F1)
    event = Opened(slots=slots(2), bidders=mark("b"), conflicts=mark("c"))
    assert code(state, event, Role.OPERATOR) == "few_bids"
    doubled = replace(event, slots=(*slots(2), slots(2)[0]))
    assert code(state, doubled, Role.OPERATOR) == "slot_twice"


def test_nobody_passes_the_gate_twice_or_with_anothers_key() -> None:
    """One check-in each, with a device key that is nobody else's, by somebody who accepted."""
    state = at(Phase.F2)
    assert code(state, CheckedIn(member=A, key="ff" * 32), Role.SITE) == "checked_in_before"
    half = next(
        s for s in history().states if s.phase is Phase.F2 and sum(1 for m in s.members if m.key) == 1
    )
    taken = next(m.key for m in half.members if m.key)
    missing = next(m.member for m in half.members if not m.key)
    assert code(half, CheckedIn(member=missing, key=taken), Role.SITE) == "key_twice"


def test_versions_of_a_sheet_chain() -> None:
    """A sheet names the version before it; a gap, a repetition or another predecessor is refused."""
    state = first(Phase.F3)
    sheet = Scored(member=A, version=2, sheet="00", commitment=mark("s"))
    assert code(state, sheet, Role.EXPERT, A) == "sheet_chain"
    assert code(state, replace(sheet, version=1, previous=mark("s")), Role.EXPERT, A) == "sheet_chain"


def test_a_booking_is_sound() -> None:
    """No seats, an owner twice, a party twice or no round at all is no booking."""
    good: Entry = history().entries[0]
    event = good.event
    assert isinstance(event, Booked)
    for changes, refusal in (
        ({"seats": ()}, "S0"),
        ({"seats": (2, 0)}, "S0"),
        ({"owners": (OWNER, OWNER)}, "owner_twice"),
        ({"parties": ("operator", "operator")}, "parties"),
        ({"parties": ()}, "parties"),
        ({"max_rounds": 0}, "parties"),
    ):
        with pytest.raises(Refused) as refused:
            apply(None, replace(good, event=replace(event, **changes)))  # type: ignore[arg-type]  # any field
        assert refused.value.code == refusal


def test_a_cancellation_has_a_reason() -> None:
    """An empty or blank reason is none."""
    assert code(first(Phase.F0), Cancelled(reason="  "), Role.OPERATOR) == "reason_missing"


def test_what_a_slot_is() -> None:
    """Slots of the sample differ, so that the refusals above are about what they say."""
    found: tuple[Slot, ...] = slots(3)
    assert len({slot.commitment for slot in found}) == 3
    assert isinstance(mark("x"), str)
    assert len(Digest(mark("x"))) == 64

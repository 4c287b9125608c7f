"""What does a member see of the own panel: votes, statements, and how scores deviate; others by place, not by name?"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from api.services import reviewing
from api.services.office import Dossier
from api.services.telling import Tell
from api.views.gate import passed, shows
from crypto.codes import codes_for
from scheduler.events import Digest, Matter, Member
from scheduler.exhibits import CodeKey, Identities, Statement
from scheduler.model import Role
from scheduler.motions import open_disputes, voted_by
from scheduler.reviewing import flagged
from scheduler.sight import Datum
from scheduler.state import Phase, Sitting, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A disagreement that is put to the vote; `mine` is the viewer's vote."""

    about: str = shows(Datum.STATEMENTS)
    text: str = shows(Datum.STATEMENTS)
    mine: bool | None = shows(Datum.STATEMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One member's sum for one bid beside the others' mean; the bid by its place among the viewer's own papers."""

    bid: int = shows(Datum.DEVIATIONS)
    own: Decimal = shows(Datum.DEVIATIONS)
    others: Decimal = shows(Datum.DEVIATIONS)
    percent: Decimal = shows(Datum.DEVIATIONS)
    far: bool = shows(Datum.DEVIATIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A member in the review; `place` counts from 0, `reasons` are the member's own words."""

    place: int = shows(Datum.DEVIATIONS)
    me: bool = shows(Datum.DEVIATIONS)
    figures: tuple[Figure, ...] = shows(Datum.DEVIATIONS)
    mine: bool | None = shows(Datum.DEVIATIONS)  # the viewer's vote that the scoring is abnormal
    asked: bool = shows(Datum.DEVIATIONS)  # more than half ask for reasons
    reasons: str | None = shows(Datum.STATEMENTS)
    weak: bool | None = shows(Datum.DEVIATIONS)  # the viewer's vote that they do not suffice


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A bid after the reveal, which may be found to fail a check."""

    about: str = shows(Datum.BIDDER_MAP)  # slot
    name: str = shows(Datum.BIDDER_MAP)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelDesk:
    """What the viewer may tell the panel now."""

    task: Member = shows(Datum.OWN_INVITATION)
    presses: tuple[Tell, ...] = shows(Datum.OWN_SEAT)
    time: bool | None = shows(Datum.OWN_SEAT, default=None)
    returned: str | None = shows(Datum.OWN_SHEET, default=None)  # in what respect the own sheet came back
    disputes: tuple[Dispute, ...] = shows(Datum.STATEMENTS, default=())
    colleagues: tuple[Colleague, ...] = shows(Datum.DEVIATIONS, default=())
    bids: tuple[Offered, ...] = shows(Datum.BIDDER_MAP, default=())


def panel_desk(dossier: Dossier, me: Sitting, role: Role) -> PanelDesk:
    """The panel of a case as one member who sits in it sees it."""
    state = dossier.state
    sealed = state.review is not None and state.reviewed is None
    view = PanelDesk(
        task=me.member,
        presses=tuple(_presses(state, me)),
        time=voted_by(state, me.member, Matter.TIME) if state.phase is Phase.F3 else None,
        returned=me.returned.value if me.returned else None,
        disputes=tuple(_disputes(dossier, me)),
        colleagues=tuple(_colleagues(dossier, me)) if sealed else (),
        bids=tuple(_bids(dossier)) if state.phase is Phase.F5 else (),
    )
    return passed(view, role, state.phase)


def _presses(state: State, me: Sitting) -> Iterator[Tell]:
    if not me.sits or not me.key or (state.pause is not None and state.phase is not Phase.F3):
        return
    if state.phase in (Phase.F2, Phase.F3) and me.role is not None:
        yield from (Tell.ILL, Tell.CONFLICT)
    if state.phase is Phase.F3:
        yield Tell.TIME
    if state.phase in (Phase.F3, Phase.F4, Phase.F5):
        yield Tell.DISPUTE
    if state.review is not None and state.reviewed is None:
        yield Tell.DONE
        answered = [member for member, _ in state.reasons]
        if me.member in flagged(state) and me.member not in answered:
            yield Tell.REASONS


def _disputes(dossier: Dossier, me: Sitting) -> Iterator[Dispute]:
    for about in open_disputes(dossier.state):
        text = dossier.body(Digest(about), Statement).text
        mine = voted_by(dossier.state, me.member, Matter.DISPUTE, about)
        yield Dispute(about=about, text=text, mine=mine)


def _colleagues(dossier: Dossier, me: Sitting) -> Iterator[Colleague]:
    state, figures = dossier.state, reviewing.figures(dossier)
    order = _own_order(dossier, me.member)
    reasons, asked = dict(state.reasons), flagged(state)
    for place, sitting in enumerate(state.current()):
        who, said = sitting.member, reasons.get(sitting.member)
        rows = [
            Figure(bid=order[f.slot], own=f.own, others=f.others, percent=f.percent, far=f.far)
            for f in figures
            if f.member == who
        ]
        yield Colleague(
            place=place,
            me=who == me.member,
            figures=tuple(sorted(rows, key=lambda row: row.bid)),
            mine=voted_by(state, me.member, Matter.ABNORMAL, who),
            asked=who in asked,
            reasons=dossier.body(said, Statement).text if said else None,
            weak=voted_by(state, me.member, Matter.WEAK, who),
        )


def _own_order(dossier: Dossier, member: Member) -> dict[int, int]:
    """Slot → place among the viewer's own papers, from 1."""
    state = dossier.state
    key = bytes.fromhex(dossier.body(state.codes, CodeKey).key)
    codes = codes_for(key, state.lot, member, [str(i) for i in range(len(state.slots))])
    return {int(each.slot): place for place, each in enumerate(codes, 1)}


def _bids(dossier: Dossier) -> Iterator[Offered]:
    for each in dossier.body(dossier.state.identities, Identities).identities:
        yield Offered(about=str(each.slot), name=each.name)

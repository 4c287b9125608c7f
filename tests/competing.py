"""A town with several lots in the same hours: who books what, freezes, pledges, and who sits where by number."""

from dataclasses import replace
from datetime import timedelta

from api.demo.people import OPERATOR, pledge_all
from api.services import booking, drawing
from api.services.office import Office, open_case
from api.store import registers
from scheduler.exhibits import Elsewhere, LotteryBody
from scheduler.lottery import Lottery, from_body
from scheduler.model import LotId, Seats, SpecialityCode
from tests.town import NINE, Town, order

ONE, TWO, THREE = LotId("TOWN-01"), LotId("TOWN-02"), LotId("TOWN-03")


def wanting(**counts: int) -> tuple[Seats, ...]:
    """Seats by speciality."""
    return tuple(Seats(speciality=SpecialityCode(code), count=count) for code, count in counts.items())


def book(town: Town, lot: LotId, **changes: object) -> None:
    """A lot in the hours of the first, as other lots are booked: five experts, no owner representative."""
    plain: dict[str, object] = {"owners": (), "seats": wanting(A0402=4, A0601=1)}
    booking.book(town.office, OPERATOR, order(lot, **(plain | changes)))


def ready(town: Town, *lots: LotId) -> None:
    """Frozen, all seeds there, and late enough to draw."""
    for lot in lots:
        drawing.freeze(town.office, OPERATOR, lot)
        pledge_all(town.office, lot)
    town.clock.move(NINE - timedelta(hours=20))


def draw(office: Office, lot: LotId) -> None:
    """One round."""
    drawing.fix(office, OPERATOR, lot)
    drawing.draw(office, OPERATOR, lot)


def numbers(office: Office, lot: LotId) -> set[str]:
    """The register numbers of who sits."""
    with office.db.reading() as session:
        everybody = registers.numbers(session)
    marks = {office.mark(lot, number): number for number in everybody}
    return {marks[m.member] for m in open_case(office, lot).state.experts()}


def lottery_of(office: Office, lot: LotId, number: int = 1) -> tuple[Lottery, Elsewhere | None]:
    """A round's lottery and what it says of other lots."""
    case = open_case(office, lot)
    fixed = case.state.rounds[number - 1]
    told = case.body(fixed.elsewhere, Elsewhere) if fixed.elsewhere else None
    return from_body(case.body(fixed.lottery, LotteryBody).body), told


def with_pack(town: Town, text: str) -> None:
    """Another pack for bookings from now on."""
    from scheduler.pack import read

    town.office = replace(town.office, pack=read(text))

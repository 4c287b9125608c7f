"""What do the pages of booking and planning ask of the house?"""

from collections.abc import Mapping
from datetime import date
from typing import Protocol, cast

from fastapi import Request

from api.services.closing_sites import Cut
from api.views.batch import BatchPage
from api.views.booking import BookingForm
from api.views.planning import PlanPage
from api.views.reseat import ReseatPage
from api.views.room import RoomPage
from api.views.seats import SeatsPage
from api.views.waiting import FillPage, WaitingPage
from scheduler.errors import Refused
from scheduler.model import LotId
from scheduler.state import Phase


class PlanDesk(Protocol):
    """The verbs behind the planning pages; all are an operator's."""

    def booking(self, user: str, step: int, typed: Mapping[str, str], token: str) -> BookingForm:
        """A step of the booking form with what would work now."""

    def choose(self, user: str, typed: Mapping[str, str], choice: str, token: str) -> str:
        """Hold the seats of a window; the hold's token."""

    def book(self, user: str, typed: Mapping[str, str], token: str) -> LotId:
        """Book what is held."""

    def release(self, user: str, token: str) -> None:
        """Give a hold back."""

    def room(self, user: str, typed: Mapping[str, str], choice: str) -> RoomPage:
        """What making room for an urgent lot in a window would ask of others; nothing is written."""

    def make_room(self, user: str, typed: Mapping[str, str], choice: str, digest: str, reason: str) -> LotId:
        """Carry out what was shown under this digest, and book the lot."""

    def reseat(self, user: str, lot: LotId) -> tuple[ReseatPage, Phase, Refused | None]:
        """Where members of a lot's lost workstations would sit, or why nowhere; nothing is written."""

    def seat_elsewhere(self, user: str, lot: LotId, digest: str, reason: str) -> None:
        """Carry out what was shown under this digest."""

    def planning(self, user: str, imagined: Cut | None) -> PlanPage:
        """What is lost and the repair proposed; with an imagined loss too."""

    def seats(self, user: str, day: date | None) -> SeatsPage:
        """Who has which seats on a day."""

    def close_site(self, user: str, cut: Cut, reason: str) -> None:
        """Record that seats are lost."""

    def lift(self, user: str, number: int) -> None:
        """They can be used again."""

    def run_over(self, user: str, lot: LotId, minutes: int) -> None:
        """An evaluation at work keeps its seats longer."""

    def apply(self, user: str, digest: str, reason: str) -> None:
        """Carry out the repair shown under this digest."""

    def dry_run(self, user: str, data: bytes, name: str, content: str) -> BatchPage:
        """Where the lots of a file would go; Faults with every fault of it."""

    def take_in(self, user: str, data: bytes, name: str, digest: str) -> None:
        """Book all lots of the dry run with this digest."""

    def wait(self, user: str, typed: Mapping[str, str]) -> None:
        """The lot goes onto the waiting list; Faults when the form is not sound."""

    def withdraw(self, user: str, number: str) -> None:
        """It waits no more."""

    def waiting(self, user: str) -> WaitingPage:
        """The waiting list in its order."""

    def places(self, user: str) -> FillPage:
        """Where waiting lots would go, in their order; nothing is written."""

    def fill(self, user: str, digest: str) -> None:
        """Book all that have a place, as shown under this digest."""

    def ready(self) -> int:
        """How many waiting lots have a place."""


def plandesk(request: Request) -> PlanDesk:
    """The planning verbs of this app."""
    return cast(PlanDesk, request.app.state.setup.desks.planner)

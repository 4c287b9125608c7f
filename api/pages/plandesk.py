"""What do the pages of booking and planning ask of the house?"""

from collections.abc import Mapping
from typing import Protocol, cast

from fastapi import Request

from api.views.booking import BookingForm
from scheduler.model import LotId


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


def plandesk(request: Request) -> PlanDesk:
    """The planning verbs of this app."""
    return cast(PlanDesk, request.app.state.setup.desks.planner)

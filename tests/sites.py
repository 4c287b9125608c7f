"""Which sites does a test's town have besides its own three, and which one has no power on the day?"""

from dataclasses import replace
from datetime import timedelta

from api.demo.people import OPERATOR
from api.services.closing_sites import Cut, close_site
from scheduler.model import SiteId
from scheduler.records import Registers
from tests.town import EAST, NINE, Town, register


def twin(of: SiteId, site: SiteId, name: str) -> Registers:
    """The town's register with one more site: in the same county as another one and built like it."""
    plain = register()
    first = next(known for known in plain.sites if known.site == of)
    return replace(plain, sites=(*plain.sites, replace(first, site=site, name=name)))


def dark(town: Town, site: SiteId = EAST, room: str = "") -> None:
    """The site, or one room of it, has no power on the day."""
    cut = Cut(site=site, room=room, starts=NINE - timedelta(hours=2), ends=NINE + timedelta(hours=8))
    close_site(town.office, OPERATOR, cut, "停电")

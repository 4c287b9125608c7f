"""Do the drawn guest sites follow from the seeds? Asked of every bundle: it takes no secret of the request."""

from crypto.canonical import unhex
from crypto.errors import Broken
from scheduler.audit.case import AuditCase
from scheduler.events import Digest
from scheduler.exhibits import Opening
from scheduler.places import site_context
from scheduler.release import SITES
from scheduler.siting import fallen, site_ticket
from scheduler.ticket import contribution


def follow(case: AuditCase) -> int:
    """How many choices of guest sites the ticket was drawn among; 0 where no sites were drawn. Raises Broken."""
    final = case.final()
    sites = final.sites
    if sites is None or sites.drawn is None:
        return 0
    private = unhex(case.body(dict(final.opened_keys).get(SITES), Opening).private, 32)
    parts = {
        party: contribution(private, unhex(deposit), site_context(final.lot, party))
        for party, deposit in sites.pledges
    }
    ticket = site_ticket(Digest(sites.choices or ""), final.lot, final.attempt, parts)
    if ticket != unhex(sites.ticket, 32) or fallen(ticket, sites.count) != sites.drawn:
        raise Broken("the drawn guest sites do not follow from the seeds")
    return sites.count

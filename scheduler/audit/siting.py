"""Part of the step about seats: where the pack asks for it, guest sites follow from pledged seeds."""

from crypto.errors import Broken
from scheduler.audit.case import AuditCase
from scheduler.audit.rounds import numbers_of
from scheduler.exhibits import Request, Siting, Snapshot
from scheduler.facts import case_of
from scheduler.limits import Words
from scheduler.rules import place
from scheduler.siting import choices_of

NOTHING = Words("", "")


def drawn_sites(case: AuditCase) -> Words:
    """What is to be said of the draw of guest sites; nothing where the pack lets the operator choose.

    Raises Broken: no draw where L2 asks for one, candidates that do not fit, choices left out, a ticket or a
    choice that does not follow from the seeds. That a choice named as barred leaves no lawful panel takes a
    solver to recompute; that is said.
    """
    final = case.final()
    request, sites = case.body(final.sited or final.request, Request), final.sites
    whole = case_of(request, case.body(final.pool_exhibit, Snapshot))
    force, rule = numbers_of(case, whole), place.guests_drawn
    if (rule.id in force) != (sites is not None):
        raise Broken("guest sites are to be drawn exactly where L2 is in force")
    if sites is None:
        return NOTHING
    p = rule.read(force[rule.id])
    if sites.guests != p.guests or rule.facts(whole, p) is not None:
        raise Broken("the candidates do not fit, or another number of them is drawn than L2 says")
    if sites.drawn is None:
        return NOTHING
    siting = case.body(sites.choices, Siting)
    if sorted((*siting.choices, *siting.barred)) != list(choices_of(request, sites.guests)):
        raise Broken("choices of guest sites are left out, doubled or made up")
    if len(siting.choices) != sites.count or list(siting.choices) != sorted(siting.choices):
        raise Broken("the choices of guest sites are others than committed to")
    barred = len(siting.barred)
    return Words(
        f"；客场自 {sites.count} 种组合中抽出（另有 {barred} 种因无合法评委组合未列入，不经求解不能复核）",
        f"; guest sites drawn out of {sites.count} choices ({barred} were left out for want of a lawful panel, "
        "which cannot be checked without a solver)",
    )

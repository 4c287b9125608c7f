"""Whom does a lot concern: the centre and the supervisor every lot, a tenderee the own ones only?"""

from api.actor import Actor
from api.services.office import Dossier
from scheduler.model import Role


def is_party(dossier: Dossier, actor: Actor) -> bool:
    """Whether the lot concerns the actor."""
    if actor.role is not Role.TENDEREE:
        return True
    if not actor.organisation:
        return False
    tags = dossier.office.tags(dossier.state.lot, (actor.organisation,))
    return tags[actor.organisation] == dossier.request.tenderee

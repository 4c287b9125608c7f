"""Who is asking: a login with its role and, where it has one, its place."""

from dataclasses import dataclass

from scheduler.model import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`id` is what the journal keeps: a staff login; experts appear there only by pseudonym."""

    id: str
    role: Role
    expert: str = ""  # register number, for experts
    site: str = ""  # for a site's staff


SYSTEM = Actor(id="", role=Role.SYSTEM)

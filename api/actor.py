"""Who is asking: a login with its role and whom or what it stands for."""

from dataclasses import dataclass

from scheduler.model import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`id` is what the journal keeps: a staff login; experts appear there only by pseudonym."""

    id: str
    role: Role
    expert: str = ""  # register number, for experts
    site: str = ""  # for a site's staff
    organisation: str = ""  # 统一社会信用代码, for tenderees


SYSTEM = Actor(id="", role=Role.SYSTEM)

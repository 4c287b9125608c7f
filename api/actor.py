"""Who is asking: a login with its role and whom or what it stands for."""

from dataclasses import dataclass

from scheduler.events import Member
from scheduler.model import LotId, Role

_NO_LOT, _NOBODY = LotId(""), Member("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`id` is what the journal keeps: a staff login; experts appear there only by pseudonym."""

    id: str
    role: Role
    expert: str = ""  # register number, for experts who signed in here
    lot: LotId = _NO_LOT  # for experts whom the pool owner sent: the only lot
    member: Member = _NOBODY  # and the pseudonym in it; then nobody here knows the number
    site: str = ""  # for a site's staff
    organisation: str = ""  # 统一社会信用代码, for tenderees


SYSTEM = Actor(id="", role=Role.SYSTEM)

"""What must be given to the web app from outside: keys, checks, logins, and the words of the footer?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from api import clock
from api.pages.desks import Doorkeeper
from api.words import Lang
from scheduler.model import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """What the law wants at the foot of a public site; an empty slot is not shown."""

    organiser: str = ""  # 主办单位
    icp: str = ""  # ICP 备案号
    police: str = ""  # 公安备案号
    site_code: str = ""  # 政府网站标识码


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Everything the app asks of the world. `demo` names the one-click user of each role; empty: no demo."""

    secret: str  # signs the session cookie
    desks: Doorkeeper  # the verbs of the pages that this app has
    demo: Mapping[Role, str] = field(default_factory=dict)
    experts_at: str = ""  # the pool owner's door, where experts sign in; empty: here
    centre_at: str = ""  # the centre's door, at the pool owner's
    language: Lang = Lang.ZH
    https: bool = False
    footer: Footer = field(default_factory=Footer)
    checks: Mapping[str, Callable[[], object]] = field(default_factory=dict)
    now: Callable[[], datetime] = clock.now
    entropy: Callable[[int], bytes] = clock.entropy

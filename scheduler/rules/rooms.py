"""Who may sit in one room, and in what kind of booth? Rules on sites and workstations, never on persons."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scheduler.limits import Fact, Most, Nothing, Numbers, Words, guard
from scheduler.model import Booth, Case, Placed, RuleId, SiteId

L8, L10 = RuleId("L8"), RuleId("L10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How workstations are held for one lot."""

    room_most: int | None = None  # members of the panel in one room, owner representatives counted; None: any
    owners_apart: bool = False  # no owner representative in a room with an expert

    def rooms(self, seats: int) -> int | None:
        """Rooms that so many workstations stand in at least; None where nobody counts them."""
        return None if self.room_most is None else -(-seats // max(1, self.room_most))


@dataclass(frozen=True, slots=True, kw_only=True)
class Booths:
    """The least a booth measures, in centimetres; 1 where it must be sound-proof or have a face gate."""

    width: int
    depth: int
    height: int
    quiet: int
    gate: int


def layout(numbers: Numbers) -> Layout:
    """What the numbers in force ask of the rooms (L8, L10)."""
    most = Most(most=numbers[L8]["most"]).most if L8 in numbers else None
    return Layout(room_most=most, owners_apart=L10 in numbers)


def crowded(placed: Iterable[Placed], most: int) -> tuple[SiteId, str] | None:
    """L8 where everybody has a workstation: the first room in which more members sit than may."""
    rooms = Counter((each.site, each.room) for each in placed)
    return next((room for room in sorted(rooms) if rooms[room] > most), None)


@guard(
    "L9",
    law="practice of dispersed seating (内蒙古政府采购评标舱)",
    title=Words("评标舱规格", "kind of booth"),
    says=Words(
        "场所 {site} 没有不小于 {width}×{depth}×{height} 厘米且设备齐备的评标舱",
        "site {site} has no booth of at least {width}×{depth}×{height} cm with what it must have",
    ),
    params=Booths,
)
def booths_large_enough(case: Case, p: Booths) -> Mapping[str, Fact] | None:
    """Every site of the lot seats experts in booths of that size, sound-proof and gated where asked for."""
    for site in case.sites:
        if not fits(site.booth, p):
            return {"site": site.site, "width": p.width, "depth": p.depth, "height": p.height}
    return None


def fits(booth: Booth | None, p: Booths) -> bool:
    """Whether a booth is large enough and has what it must have; an open workstation is none."""
    if booth is None:
        return False
    large = booth.width >= p.width and booth.depth >= p.depth and booth.height >= p.height
    return large and (booth.quiet or not p.quiet) and (booth.gate or not p.gate)


@guard(
    "L10",
    law="practice: the owner representative sits alone",
    title=Words("招标人代表与专家分室", "owner representatives apart from experts"),
    says=Words(
        "场所 {site} 的评标室 {room} 中既有招标人代表又有专家",
        "an owner representative and an expert sit in room {room} of site {site}",
    ),
    params=Nothing,
)
def owners_apart(case: Case, _: Nothing) -> Mapping[str, Fact] | None:
    """No room holds an owner representative and an expert of one panel."""
    experts = {(each.site, each.room) for each in case.placed if each.expert is not None}
    owners = {(each.site, each.room) for each in case.placed if each.expert is None}
    for site, room in sorted(experts & owners):
        return {"site": site, "room": room}
    return None

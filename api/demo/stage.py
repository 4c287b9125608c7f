"""What do the three desks find after the story? One lot right after its draw, and an expert to log in as."""

from api.demo.people import OPERATOR, experts_by_member, pledge_all
from api.demo.world import Stage
from api.pool.beside import EXPERT_LOGIN
from api.services import drawing, exchanging
from api.services.attending import site_of
from api.services.closing_sites import Cut, close_site
from api.services.office import open_case
from api.store.accounts import Account, put_account
from fixtures.world import LotPlan
from scheduler.model import LotId, Role, SiteId
from scheduler.rules.day import SHANGHAI

GATE_LOGIN = "gate"


def next_lot(stage: Stage) -> LotPlan:
    """The next lot after the main one that may be drawn already: the afternoon of the same day."""
    main = stage.demo.main
    later = [p for p in stage.demo.lots if p.starts > main.ends]
    return min(later, key=lambda p: (p.starts, p.lot))


def set_live(stage: Stage) -> LotId:
    """Draw the next lot; its first member gets the demonstration's expert login, that member's gate another."""
    office, lot = stage.office, next_lot(stage).lot
    drawing.freeze(office, OPERATOR, lot)
    pledge_all(office, lot)
    drawing.fix(office, OPERATOR, lot)
    drawing.draw(office, OPERATOR, lot)
    first = open_case(office, lot).state.experts()[0].member
    number = experts_by_member(office, lot, stage.numbers)[first].expert
    account = Account(login=EXPERT_LOGIN, role=Role.EXPERT, label="评审专家", demo=True, expert=number)
    house = stage.door.office if stage.door is not None else office
    where = SiteId(site_of(office, lot, first))
    gate = Account(login=GATE_LOGIN, role=Role.SITE, label="签到门", demo=True, site=where)
    with house.db.transaction() as session:
        put_account(session, account)
    with office.db.transaction() as session:
        put_account(session, gate)
    exchanging.exchange(office)
    lose_site(stage)
    return lot


def lose_site(stage: Stage) -> SiteId:
    """A guest site of the second day has no power: the operator finds the repair on the planning page."""
    last = max(plan.starts.date() for plan in stage.demo.lots)
    plan = min((p for p in stage.demo.lots if p.starts.date() == last), key=lambda p: (p.starts, p.lot))
    guest = next(site.site for site in plan.sites if not site.host)
    day = plan.starts.astimezone(SHANGHAI)
    cut = Cut(site=guest, room="", starts=day.replace(hour=8, minute=0), ends=day.replace(hour=18, minute=0))
    close_site(stage.office, OPERATOR, cut, "供电检修（演示）")
    return guest

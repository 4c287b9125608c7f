"""What do the three desks find after the story? One lot right after its draw, and an expert to log in as."""

from api.demo.people import OPERATOR, experts_by_member, pledge_all
from api.demo.world import Stage
from api.services import drawing
from api.services.office import open_case
from api.store.accounts import Account, put_account
from fixtures.world import LotPlan
from scheduler.model import LotId, Role

EXPERT_LOGIN = "expert"


def next_lot(stage: Stage) -> LotPlan:
    """The next lot after the main one that may be drawn already: the afternoon of the same day."""
    main = stage.demo.main
    later = [p for p in stage.demo.lots if p.starts > main.ends]
    return min(later, key=lambda p: (p.starts, p.lot))


def set_live(stage: Stage) -> LotId:
    """Draw the next lot and give its first member the demonstration's expert login."""
    office, lot = stage.office, next_lot(stage).lot
    drawing.freeze(office, OPERATOR, lot)
    pledge_all(office, lot)
    drawing.fix(office, OPERATOR, lot)
    drawing.draw(office, OPERATOR, lot)
    first = open_case(office, lot).state.experts()[0].member
    number = experts_by_member(office, lot, stage.numbers)[first].expert
    account = Account(login=EXPERT_LOGIN, role=Role.EXPERT, label="评审专家", demo=True, expert=number)
    with office.db.transaction() as session:
        put_account(session, account)
    return lot

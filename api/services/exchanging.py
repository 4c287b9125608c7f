"""How do invitations get to the pool owner's door, and answers from there into the journal?

The centre calls, with every tick of its clock: what has changed goes out, what was answered comes in and is recorded
by the same verbs as at the centre's own pages. Nothing is remembered here: asked again, the same comes out.
"""

from collections.abc import Callable

from api.actor import Actor
from api.pool.letters import RECORDED, Does, LotAt, News, Reply, Settled
from api.services import attending, inviting, recusing
from api.services.office import Office, open_case
from api.store import journal
from crypto.canonical import unhex
from crypto.errors import Broken
from scheduler.delivery import SignedDelivery
from scheduler.errors import Refused
from scheduler.events import Out
from scheduler.model import LotId, Role
from scheduler.state import State

MOST = 50  # lots in one call
_AGAIN = ("stale", "pool_away")  # no answer to the expert: the next tick tries again


def exchange(office: Office) -> int:
    """Letters out, answers in: how many answers were settled. Nothing where the register is in our own database.

    Raises Refused("pool_away").
    """
    if office.far is None:
        return 0
    settled: tuple[Settled, ...] = ()
    count = 0
    while True:
        taken = office.far.news(News(at=office.now(), lots=_under_way(office), settled=settled))
        settled = tuple(done for each in taken.replies if (done := _settle(office, each)) is not None)
        for start in range(0, len(taken.wanted), MOST):
            _deliver(office, taken.wanted[start : start + MOST])
        if not settled:
            return count
        count += len(settled)


def delivered(office: Office, lot: LotId) -> tuple[SignedDelivery, ...]:
    """When each invitation of a lot was there to be read, as the pool owner with a door of its own says and signs;
    empty where experts find their invitations on the centre's own pages. Raises Refused("pool_away")."""
    return office.far.deliveries(lot) if office.far is not None else ()


def lay(office: Office, lot: LotId) -> None:
    """A lot's invitations at the door, whether it has them or not."""
    _deliver(office, (lot,))


def _under_way(office: Office) -> tuple[LotAt, ...]:
    with office.db.reading() as session:
        rows = journal.cases(session)
    return tuple(LotAt(lot=LotId(row.lot), seq=row.seq) for row in rows if row.phase in inviting.INVITING)


def _deliver(office: Office, lots: tuple[LotId, ...]) -> None:
    if office.far is not None:
        office.far.deliver([inviting.letters_of(office, open_case(office, lot)) for lot in lots])


def _settle(office: Office, reply: Reply) -> Settled | None:
    """Record an answer, or say why not; None: try again later."""
    actor = Actor(id="", role=Role.EXPERT, lot=reply.lot, member=reply.member)
    try:
        if not _stands(open_case(office, reply.lot).state, reply):
            _VERBS[reply.does](office, actor, reply)
    except Broken:
        return Settled(reply=reply.number, code="proof")
    except Refused as refusal:
        return None if refusal.code in _AGAIN else Settled(reply=reply.number, code=refusal.code)
    return Settled(reply=reply.number, code=RECORDED)


def _stands(state: State, reply: Reply) -> bool:
    """Whether it is on record already: the line broke before we could say so."""
    me = state.invited(reply.member)
    if me is None:
        raise Refused("not_found")
    wanted = {Does.DECLINE: Out.DECLINED, Does.WITHDRAW: Out.RECUSED}
    return me.accepted if reply.does is Does.ACCEPT else me.out is wanted[reply.does]


def _proof(reply: Reply) -> bytes:
    return unhex(reply.vouch)


_VERBS: dict[Does, Callable[[Office, Actor, Reply], State]] = {
    Does.ACCEPT: lambda office, actor, reply: attending.accept(office, actor, reply.lot, _proof(reply)),
    Does.DECLINE: lambda office, actor, reply: attending.decline(office, actor, reply.lot, _proof(reply)),
    Does.WITHDRAW: lambda office, actor, reply: recusing.withdraw(office, actor, reply.lot, reply.says),
}

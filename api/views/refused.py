"""What did custodians refuse about a lot, in whose words, and does a refusal prove a fault of the log?"""

from api.services.asking import answers
from api.services.office import Office
from api.views.supervisor import Refusal
from api.words import Lang, say
from scheduler.answers import Declined, proves
from scheduler.limits import Words
from scheduler.model import LotId


def refused(office: Office, lot: LotId) -> tuple[Refusal, ...]:
    """Every signed refusal, oldest first."""
    return tuple(_told(office, each) for each in answers(office, lot) if isinstance(each, Declined))


def _told(office: Office, said: Declined) -> Refusal:
    zh, en = (say(f"custodian.why.{said.code}", lang, **said.facts) for lang in (Lang.ZH, Lang.EN))
    return Refusal(
        custodian=said.custodian,
        key=said.asked.key,
        at=said.at,
        why=Words(zh, en),
        signature=said.signature,
        proven=proves(office.keys.log.public, said.evidence),
    )

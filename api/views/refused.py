"""What did custodians refuse about a lot, in whose words, and does a refusal prove a fault of the log?"""

from collections.abc import Mapping
from typing import Any

from api.services.asking import answers
from api.services.office import Office
from api.views.supervisor import Refusal
from api.words import Lang, catalogue, say
from scheduler.answers import Declined, proves
from scheduler.limits import Words
from scheduler.model import LotId

BOTH = (Lang.ZH, Lang.EN)


def refused(office: Office, lot: LotId) -> tuple[Refusal, ...]:
    """Every signed refusal, oldest first."""
    return tuple(_told(office, each) for each in answers(office, lot) if isinstance(each, Declined))


def _told(office: Office, said: Declined) -> Refusal:
    zh, en = (say(f"custodian.why.{said.code}", lang, **plainly(said.facts, lang)) for lang in BOTH)
    return Refusal(
        custodian=said.custodian,
        thing=Words(*(thing(said.asked.key, lang) for lang in BOTH)),
        at=said.at,
        why=Words(zh, en),
        signature=said.signature,
        proven=proves(office.keys.log.public, said.evidence),
    )


def plainly(facts: Mapping[str, Any], lang: Lang) -> Mapping[str, Any]:
    """The facts of a refusal with keys and missing records by the names that a desk gives them."""
    known = {"key": thing, "needs": _record}
    return {name: known[name](fact, lang) if name in known else fact for name, fact in facts.items()}


def thing(key: str, lang: Lang) -> str:
    """What a key seals, as the transcript calls it; a key that it does not list by its own name."""
    what, _, number = key.partition("/")
    name = f"page.sealed.{what}"
    return f"{say(name, lang)} {number}".strip() if name in catalogue(lang) else key


def _record(needs: str, lang: Lang) -> str:
    """The record that is missing, as the history calls it (scheduler/release.py names it)."""
    kind = "PulseTaken" if needs == "pulse" else "".join(part.title() for part in needs.split("_"))
    return say(f"page.event.{kind}", lang)

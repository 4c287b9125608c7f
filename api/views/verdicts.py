"""Does this lot's bundle verify? The offline verifier over the very bytes that leave the house."""

import re

from api.actor import Actor
from api.services import auditing
from api.services.office import Office, open_case
from api.views.supervisor import Step, Verdict
from scheduler.audit import verify
from scheduler.audit.case import Pins
from scheduler.audit.chinese import in_chinese
from scheduler.bundle import BundleKind, Unreadable
from scheduler.errors import Refused
from scheduler.limits import Words
from scheduler.model import LotId

_DIGEST = re.compile(rb'"[0-9a-f]{64}"')


def verdict(office: Office, actor: Actor, lot: LotId, *, tampered: bool) -> Verdict:
    """One run over the full bundle; `tampered`: over a copy in which one byte of one line is another."""
    data, line = auditing.export(office, actor, lot, BundleKind.FULL), None
    if tampered:
        data, line = with_another_byte(data)
    holders = open_case(office, lot).ruled.holders
    custodians = {h.name: (bytes.fromhex(h.sign), bytes.fromhex(h.seal)) for h in holders}
    try:
        report = verify(data, Pins(log=office.keys.log.public, custodians=custodians))
    except Unreadable as fault:
        step = Step(
            number=0,
            name=Words("文件", "file"),
            state="broken",
            says=Words(in_chinese(str(fault)), str(fault)),
        )
        return Verdict(result="unreadable", steps=(step,), at=office.now(), changed_line=line)
    steps = (Step(number=f.n, name=f.name, state=f.state.value, says=f.says) for f in report.findings)
    result = "holds" if report.holds else "broken"
    return Verdict(result=result, steps=tuple(steps), at=office.now(), changed_line=line)


def with_another_byte(data: bytes) -> tuple[bytes, int]:
    """A copy with one digit of a digest in the middle changed, still well formed, and the line it is in.

    A careless vandal would break the form and be stopped at the door; this one is caught by the mathematics.
    """
    found = _DIGEST.search(data, len(data) // 2) or _DIGEST.search(data)
    if found is None:
        raise Refused("not_found")
    at = found.start() + 1
    digit = b"1" if data[at : at + 1] != b"1" else b"2"
    return data[:at] + digit + data[at + 1 :], data.count(b"\n", 0, at) + 1

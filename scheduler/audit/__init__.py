"""`yuanping-verify`: the numbered checks of one bundle, offline; no database, server, solver or network.

The steps and their numbers are those of docs/verify.md. Every step is always printed: it holds, it is
broken, or this bundle does not reveal yet what it needs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crypto.errors import CryptoError
from scheduler.audit import draws, history, scores, seating, vouched
from scheduler.audit.case import AuditCase, NotRevealed, Outcome, Pins, Step, prepare
from scheduler.audit.chinese import in_chinese, of_refusal
from scheduler.bundle import Unreadable, read
from scheduler.errors import Refused
from scheduler.events import GlassBroken
from scheduler.limits import Words
from scheduler.model import LotId

__all__ = ["FAIRNESS", "STEPS", "Finding", "Report", "Unreadable", "main", "verify"]

_HEX_KEY = re.compile("[0-9a-f]{64}")

STEPS: tuple[tuple[Words, Step], ...] = (
    (Words("文件清单与签名", "manifest and its signature"), history.manifest),
    (Words("日志逐条衔接", "journal entries, in order"), history.journal),
    (Words("过程合规重放", "replay: right actor, right phase"), history.replayed),
    (Words("附件与承诺一致", "exhibits match their digests"), history.exhibits),
    (Words("规则包", "rule pack"), history.rules),
    (Words("密钥保管与开启", "custody keys and their openings"), history.custody),
    (Words("专家名单快照", "pool snapshot"), draws.pool),
    (Words("彩票票数与概率", "tickets and chances"), draws.tickets),
    (Words("彩票合法", "every panel lawful"), draws.lawful),
    (Words("种子与中签号", "seeds and tickets"), draws.seeds),
    (Words("中签结果逐轮", "winners, round by round"), draws.winners),
    (Words("开标后回避复核", "conflict re-check at the opening"), draws.rechecked),
    (Words("座位", "seats"), seating.seats),
    (Words("暗标文件", "blind volumes"), scores.documents),
    (Words("评分与汇总", "sheets and totals"), scores.sheets),
    (Words("揭盲", "map from bids to bidders"), scores.bidders),
    (Words("评标报告", "report"), scores.report),
    (Words("专家身份", "experts' identities"), scores.names),
    (Words("本人签名", "experts' own signatures"), vouched.signatures),
)
FAIRNESS = (
    Words("公平性证书", "certificate of fairness"),
    draws.fair,
)  # the last step, where it is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How one step went."""

    n: int
    name: Words
    state: Outcome
    says: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All findings of one bundle; `pinned`: the log key came from outside. `keys` are those in the bundle."""

    lot: LotId
    pinned: bool
    keys: tuple[tuple[str, bytes], ...]
    findings: tuple[Finding, ...]
    glass: bool = False  # something was opened by break-glass

    @property
    def holds(self) -> bool:
        """No step is broken."""
        return all(f.state is not Outcome.BROKEN for f in self.findings)


def verify(data: bytes, pins: Pins, *, fairness: bool = False) -> Report:
    """Every step over a bundle's bytes. Raises Unreadable when they are no bundle."""
    bundle = read(data)
    case = prepare(bundle, pins)
    steps = (*STEPS, FAIRNESS) if fairness else STEPS
    findings = tuple(_taken(n, name, step, case) for n, (name, step) in enumerate(steps, 1))
    keys = (("log", bundle.log), *_custodians(case))
    glass = any(isinstance(entry.event, GlassBroken) for entry in bundle.entries)
    return Report(lot=bundle.lot, pinned=pins.log is not None, keys=keys, findings=findings, glass=glass)


def _custodians(case: AuditCase) -> tuple[tuple[str, bytes], ...]:
    """The signing keys the bundle names, as far as they are keys at all (step 6 judges them)."""
    found = case.state.custodians if case.state else ()
    return tuple((c.name, bytes.fromhex(c.sign)) for c in found if _HEX_KEY.fullmatch(c.sign))


def _taken(n: int, name: Words, step: Step, case: AuditCase) -> Finding:
    try:
        return Finding(n=n, name=name, state=Outcome.HOLDS, says=step(case))
    except NotRevealed as missing:
        return Finding(n=n, name=name, state=Outcome.NOT_REVEALED, says=missing.why)
    except CryptoError as fault:
        return _broken(n, name, Words(in_chinese(str(fault)), str(fault)))
    except Refused as fault:
        return _broken(n, name, Words(of_refusal(fault), str(fault)))
    except (KeyError, IndexError, TypeError, ValueError, ArithmeticError) as fault:
        # A hostile bundle may hold anything that still has its shape; whatever it trips is a broken step.
        told = f"unexpected content ({type(fault).__name__})"
        return _broken(n, name, Words(in_chinese(told), told))


def _broken(n: int, name: Words, says: Words) -> Finding:
    return Finding(n=n, name=name, state=Outcome.BROKEN, says=says)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command; see scheduler.audit.command."""
    from scheduler.audit.command import run

    raise SystemExit(run(arguments))

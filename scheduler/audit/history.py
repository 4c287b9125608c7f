"""Steps about the file itself: manifest, journal, replay, exhibits, keys."""

from crypto.canonical import unhex
from crypto.custody import CustodyKey, check_private, check_share, from_body, share_of
from crypto.errors import Broken
from crypto.keys import fingerprint, verify
from scheduler.audit.case import AuditCase, NotRevealed
from scheduler.bundle import belongs, check_manifest
from scheduler.events import Custodian, KeyOpened
from scheduler.exhibits import Opening, RulesInForce
from scheduler.limits import Words
from scheduler.packshape import Basis
from scheduler.record import RELEASE, named_digests, release_statement, verify_entry
from scheduler.rules import DECLARED
from scheduler.rules.day import SHANGHAI
from scheduler.state import State


def manifest(case: AuditCase) -> Words:
    """The last line is signed by the log key over exactly these lines, kind and phase."""
    check_manifest(case.bundle)
    if case.pins.log is not None and case.pins.log != case.bundle.log:
        raise Broken("the bundle's log key is not the pinned one")
    name = fingerprint(case.bundle.log)
    pinned = Words("已固定", "pinned") if case.pins.log else Words("未固定", "not pinned")
    return Words(
        f"{case.bundle.lines} 行，日志密钥 {name}（{pinned.zh}）",
        f"{case.bundle.lines} lines, log key {name} ({pinned.en})",
    )


def journal(case: AuditCase) -> Words:
    """Every entry is numbered, hashed onto the one before and signed; none is missing."""
    previous = ""
    pairs = zip(case.bundle.entries, case.bundle.signatures, strict=True)
    for number, (entry, signature) in enumerate(pairs):
        if entry.seq != number or entry.previous != previous or entry.lot != case.bundle.lot:
            raise Broken(f"entry {number} is not the next one of this lot")
        verify_entry(case.bundle.log, entry, signature)
        previous = entry.hash
    count = len(case.bundle.entries)
    return Words(
        f"{count} 条，逐条衔接并签名；时间与完整性以中心的记录为准（尚无见证）",
        f"{count} entries, chained and signed; that none was withheld rests on the centre's word (no witnesses yet)",
    )


def replayed(case: AuditCase) -> Words:
    """Every entry was allowed: right actor, right phase, right order; the manifest names the last phase."""
    state = case.final()
    if state.phase is not case.bundle.manifest.phase:
        raise Broken(f"the history ends in {state.phase}, the manifest says {case.bundle.manifest.phase}")
    rounds, gone = len(state.rounds), len(state.left())
    return Words(
        f"至阶段 {state.phase}，第 {state.attempt} 次组建，抽取 {rounds} 轮，退出 {gone} 人",
        f"to phase {state.phase}, attempt {state.attempt}, {rounds} rounds drawn, {gone} members left",
    )


def exhibits(case: AuditCase) -> Words:
    """Every exhibit stands behind a digest of the journal, once, in order, and none that belongs is missing."""
    named = named_digests(case.bundle.entries)
    places = [named.get(each.digest) for each in case.bundle.exhibits]
    known = [place for place in places if place is not None]
    if len(known) != len(places):
        raise Broken("an exhibit stands in no entry")
    if known != sorted(known) or len({e.digest for e in case.bundle.exhibits}) != len(known):
        raise Broken("exhibits are doubled or out of order")
    for each in case.bundle.exhibits:
        if not belongs(each, case.bundle.kind, case.final().phase):
            raise Broken(f"exhibit {each.name} is not for the reader of this bundle")
    _complete(case)
    return Words(f"{len(known)} 份附件与日志一致", f"{len(known)} exhibits match the journal")


def _complete(case: AuditCase) -> None:
    """The exhibits a reader of this kind and phase must find; each kind's own step reports what it lacks."""
    names = [each.name for each in case.bundle.exhibits]
    state = case.final()
    wanted = {
        "pack": 1,
        "lottery": len(state.rounds),
        "opening-seeds": sum(1 for r in state.rounds if r.opened),
    }
    if case.bundle.kind.value == "full":
        wanted |= {"request": 1, "pool": int(state.pool is not None), "document": len(state.slots)}
        wanted |= {
            "seating": sum(1 for r in state.rounds if r.seating),
            "codes": int(state.codes is not None),
        }
        wanted |= {"conflicts": int(bool(state.slots)), "totals": int(state.totals is not None)}
        wanted |= {"identities": int(state.identities is not None), "report": int(state.report is not None)}
    for name, count in wanted.items():
        if names.count(name) != count:
            raise Broken(f"{names.count(name)} exhibits {name}, expected {count}")


def rules(case: AuditCase) -> Words:
    """The rule pack is the one the booking named; every rule in it is known here; assumed numbers are told."""
    state = case.final()
    found = case.body(state.pack, RulesInForce)
    used = {each.rule: each.version for each in found.versions}
    entries = found.pack.in_force(state.starts.astimezone(SHANGHAI).date())
    known = {rule: declared.version for rule, declared in DECLARED.items()}
    if unknown := sorted(rule for rule, version in used.items() if known.get(rule) != version):
        raise Broken(f"rules in a version this verifier does not know: {', '.join(unknown)}")
    if {entry.rule for entry in entries} != set(used):
        raise Broken("the rules in force are others than the versions name")
    names = dict.fromkeys(entry.rule for entry in entries if entry.basis is Basis.ASSUMED)
    assumed = ", ".join(names) or "–"
    name = found.pack.name
    return Words(
        f"规则包“{name.zh}”，{len(used)} 条规则在用；数值为假定者：{assumed}",
        f"rule pack {name.en}, {len(used)} rules in force; with assumed numbers: {assumed}",
    )


def custody_keys(state: State) -> dict[str, CustodyKey]:
    """The case's keys by purpose, each checked. Raises Broken."""
    return {str(body["key_id"]): from_body(dict(body)) for body in state.keys}


def custody(case: AuditCase) -> Words:
    """Keys are whole, held by the named custodians; every opening was released by t of them, for one record."""
    state = case.final()
    _pinned(case, state.custodians)
    seals = {c.name: unhex(c.seal, 32) for c in state.custodians}
    keys = custody_keys(state)
    for name, key in keys.items():
        holders = {h.name: h.public for h in key.holders}
        if holders != seals or key.threshold != state.threshold:
            raise Broken(f"key {name} is not held by the custodians of this case")
    opened = [(s, e.event) for s, e in case.moments if isinstance(e.event, KeyOpened)]
    for _, event in opened:
        _released(case, state.custodians, event)
        _opening(case, keys[event.key], event)
    return Words(
        f"{len(keys)} 把密钥由 {len(seals)} 方保管，{state.threshold} 方可开；已开 {len(opened)} 把。"
        "密钥由中心服务器分发（分发方可信为前提）",
        f"{len(keys)} keys held by {len(seals)}, {state.threshold} open one; {len(opened)} opened. "
        "Keys were dealt by the centre's server and its word is needed that it forgot them",
    )


def _pinned(case: AuditCase, custodians: tuple[Custodian, ...]) -> None:
    for name, keys in case.pins.custodians.items():
        found = [(unhex(c.sign, 32), unhex(c.seal, 32)) for c in custodians if c.name == name]
        if found != [keys]:
            raise Broken(f"custodian {name} has other keys than pinned")
    if case.pins.custodians and {c.name for c in custodians} != set(case.pins.custodians):
        raise Broken("custodians who are not pinned")


def _released(case: AuditCase, custodians: tuple[Custodian, ...], event: KeyOpened) -> None:
    public = {c.name: unhex(c.sign, 32) for c in custodians}
    statement = release_statement(case.bundle.lot, event.key, event.against)
    for release in event.releases:
        verify(public[release.custodian], RELEASE, statement, unhex(release.signature, 64))


def _opening(case: AuditCase, key: CustodyKey, event: KeyOpened) -> None:
    """The opened key is the one committed to; skipped where the reader may not have it."""
    try:
        opening = case.body(event.opening, Opening)
    except NotRevealed:
        return
    if opening.key != event.key:
        raise Broken(f"the opening of {event.key} is about {opening.key}")
    check_private(key, unhex(opening.private, 32))
    for share in opening.shares:
        check_share(key, share_of(share))

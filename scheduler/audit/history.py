"""Steps about the file itself: manifest, journal, replay, exhibits, keys."""

from collections.abc import Mapping
from datetime import datetime

from crypto.canonical import unhex
from crypto.custody import CustodyKey, check_private, check_share, from_body, share_of
from crypto.errors import Broken
from crypto.keys import fingerprint, verify
from crypto.transcript import check_transcript
from crypto.transcript import from_body as from_record
from scheduler.audit import delivered, glass, panel, relaxing, standby
from scheduler.audit.attempts import earlier
from scheduler.audit.case import AuditCase, NotRevealed
from scheduler.audit.moving import moves
from scheduler.audit.paused import clocks
from scheduler.beacon import named as named_beacon
from scheduler.bundle import check_manifest
from scheduler.deadlines import waits_of
from scheduler.events import Custodian, Digest, KeyOpened, Left, LotteryFixed, Out
from scheduler.exhibits import KINDS, Ceremonies, Opening, Request, RulesInForce
from scheduler.lead import earliest, opens
from scheduler.limits import Words
from scheduler.packshape import Basis
from scheduler.promised import promised
from scheduler.record import RELEASE, release_statement, verify_entry
from scheduler.rules import declared
from scheduler.rules.day import SHANGHAI
from scheduler.sight import may_see
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
    rounds, gone, before, moved = len(state.rounds), len(state.left()), earlier(case), moves(case)
    more = Words("", "")
    if state.extended:
        more = Words(
            f"；监督准予在 {state.max_rounds} 轮之外增加 {state.extended} 轮",
            f"; the supervisor allowed {state.extended} rounds beyond the pack's {state.max_rounds}",
        )
    return Words(
        f"至阶段 {state.phase}，第 {state.attempt} 次组建，抽取 {rounds} 轮，"
        f"退出 {gone} 人{more.zh}{before.zh}{moved.zh}",
        f"to phase {state.phase}, attempt {state.attempt}, {rounds} rounds drawn, "
        f"{gone} members left{more.en}{before.en}{moved.en}",
    )


def exhibits(case: AuditCase) -> Words:
    """Every exhibit stands behind a digest of the journal, once, in order, and none that belongs is missing."""
    phase, kind = case.final().phase, case.bundle.kind
    places: dict[Digest, tuple[int, str]] = {}
    for entry in case.bundle.entries:
        for digest, name in promised(entry.event):
            places.setdefault(digest, (entry.seq, name))
    found = [(each.digest, each.name) for each in case.bundle.exhibits]
    if any(places.get(digest, (0, ""))[1] != name for digest, name in found):
        raise Broken("an exhibit stands in no entry")
    order = [places[digest][0] for digest, _ in found]
    if order != sorted(order) or len(dict(found)) != len(found):
        raise Broken("exhibits are doubled or out of order")
    wanted = {d: name for d, (_, name) in places.items() if may_see(kind.reader, KINDS[name].datum, phase)}
    for digest, name in found:
        if digest not in wanted:
            raise Broken(f"exhibit {name} is not for the reader of this bundle")
    if missing := sorted({name for digest, name in wanted.items() if digest not in dict(found)}):
        raise Broken(f"exhibits are missing: {', '.join(missing)}")
    return Words(
        f"{len(found)} 份附件与日志一致，应有者无缺",
        f"{len(found)} exhibits match the journal, none that belongs here is missing",
    )


def rules(case: AuditCase) -> Words:
    """The rule pack is the one the booking named; every rule in it is known here; assumed numbers are told."""
    state = case.final()
    found = case.body(state.pack, RulesInForce)
    used = {(each.rule, each.version) for each in found.versions}
    entries = found.pack.in_force(state.starts.astimezone(SHANGHAI).date())
    unknown = sorted(f"{rule} {version}" for rule, version in used if not declared(rule, version))
    if unknown:
        raise Broken(f"rules in a version this verifier does not know: {', '.join(unknown)}")
    if {(entry.rule, entry.version) for entry in entries} != used:
        raise Broken("the rules in force are others than the versions name")
    silent = _as_the_pack_says(case, found)
    signed, consent = relaxing.signatures(case, found.pack), panel.approvals(case, found.pack)
    names = dict.fromkeys(entry.rule for entry in entries if entry.basis is Basis.ASSUMED)
    assumed = ", ".join(names) or "–"
    name = found.pack.name
    return Words(
        f"规则包“{name.zh}”，{len(used)} 条规则在用；数值为假定者：{assumed}{signed.zh}{consent.zh}{silent.zh}",
        f"rule pack {name.en}, {len(used)} rules in force; with assumed numbers: {assumed}"
        f"{signed.en}{consent.en}{silent.en}",
    )


def _as_the_pack_says(case: AuditCase, found: RulesInForce) -> Words:
    """Parties, rounds, custody and waiting times of this case are the pack's; who was silent. Raises Broken."""
    pack, state = found.pack, case.final()
    draw, waits = pack.draw, waits_of(pack)
    named = tuple(party.value for party in draw.seed_parties)
    if (state.parties, state.max_rounds) != (named, draw.max_rounds):
        raise Broken("seed parties or rounds are others than the pack says")
    if state.beacon != named_beacon(pack):
        raise Broken("the beacon is another than the pack says")
    standby.as_the_pack_says(case, pack)
    holders = {role.value for role in pack.custody.holders}
    if state.keys and (state.threshold, {c.name for c in state.custodians}) != (
        pack.custody.threshold,
        holders,
    ):
        raise Broken("custodians or their threshold are others than the pack says")
    clocks(case, pack.times)
    for _, entry in case.moments:
        event = entry.event
        if isinstance(event, LotteryFixed) and entry.at < _opens(case, found):
            raise Broken(f"entry {entry.seq}: drawn earlier than the pack allows")
        if isinstance(event, Left) and event.why is Out.ABSENT and entry.at < state.starts + waits.absent:
            raise Broken(f"entry {entry.seq}: {event.why} before the pack's waiting time was over")
    return delivered.silences(case, waits)


def _opens(case: AuditCase, found: RulesInForce) -> datetime:
    """When drawing may begin; the request of the case decides where the reader may read it."""
    state = case.final()
    try:
        return opens(found.pack, case.body(state.request, Request), found.calendar)
    except NotRevealed:
        return earliest(found.pack, state.starts, found.calendar)


def custody_keys(state: State) -> dict[str, CustodyKey]:
    """The case's keys by purpose, each checked. Raises Broken."""
    return {str(body["key_id"]): from_body(dict(body)) for body in state.keys}


def custody(case: AuditCase) -> Words:
    """Keys are whole, held by the named custodians; every opening was released by t of them, for one record."""
    state = case.final()
    _pinned(case, state.custodians)
    seals = {c.name: unhex(c.seal, 32) for c in state.custodians}
    keys = custody_keys(state)
    if len({key.public for key in keys.values()}) != len(keys):
        raise Broken("one key serves two purposes")
    for name, key in keys.items():
        holders = {h.name: h.public for h in key.holders}
        if holders != seals or key.threshold != state.threshold:
            raise Broken(f"key {name} is not held by the custodians of this case")
    opened = [(s, e.event) for s, e in case.moments if isinstance(e.event, KeyOpened)]
    for _, event in opened:
        _released(case, state.custodians, event)
        _opening(case, keys[event.key], event)
    origin, early = _origin(case, keys), glass.opened(case)
    count = len(opened)
    return Words(
        f"{len(keys)} 把密钥由 {len(seals)} 方保管，{state.threshold} 方可开；已开 {count} 把。{origin.zh}{early.zh}",
        f"{len(keys)} keys held by {len(seals)}, {state.threshold} open one; {count} opened. {origin.en}{early.en}",
    )


def _origin(case: AuditCase, keys: Mapping[str, CustodyKey]) -> Words:
    """Who made the keys. Where nobody dealt them, every record of a ceremony must make exactly the case's key."""
    state = case.final()
    if state.ceremonies is None:
        return Words(
            "密钥由中心服务器分发（分发方可信为前提）",
            "Keys were dealt by the centre's server and its word is needed that it forgot them",
        )
    pins = {each.name: (unhex(each.sign, 32), unhex(each.seal, 32)) for each in state.custodians}
    told = (state.ceremonies, *state.more_ceremonies)
    records = [from_record(body) for each in told for body in case.body(each, Ceremonies).records]
    if len({record.plan.ceremony for record in records}) != len(records):
        raise Broken("one ceremony stands twice")
    made = [check_transcript(record, pins) for record in records]
    if made != list(keys.values()):
        raise Broken("the ceremonies made other keys than the case has")
    return Words(
        "密钥由保管人在无分发者的仪式中共同生成，全体签名；代理运行于何处，本文件无从得知",
        "Keys were made by the custodians in ceremonies without a dealer, signed by all of them; "
        "where their agents ran is not in this file",
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

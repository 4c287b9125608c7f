"""What can somebody who holds the keys forge unnoticed? Each attack, and the step that finds it.

The attacker hashes and signs everything anew with the log key; the stronger one has the custodians' keys too.
"""

import copy
from collections.abc import Callable

import pytest

from crypto.keys import SigningKey
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.bundle import BundleKind
from tests.forge import Forgery, Record
from tests.tale import Tale, fresh
from tests.town import keyring

LOG = keyring().log
CUSTODIANS: dict[str, SigningKey] = {each.name: each.sign for each in keyring().custodians}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[BundleKind, bytes]:
    """Both bundles of one evaluation."""
    with fresh(tmp_path_factory.mktemp("forged")) as town:
        Tale(town).tell()
        return {kind: town.bundle(kind) for kind in BundleKind}


@pytest.fixture
def forgery(files: dict[BundleKind, bytes]) -> Forgery:
    """The full bundle in pieces."""
    return Forgery.of(files[BundleKind.FULL])


def broken(data: bytes) -> list[int]:
    """The numbers of the steps that are broken."""
    return [f.n for f in verify(data, Pins(log=LOG.public)).findings if f.state is Outcome.BROKEN]


def test_signing_anew_without_a_change_holds(files: dict[BundleKind, bytes]) -> None:
    """The forger's tools are sound: what is taken apart and put together again is the same file."""
    for data in files.values():
        assert Forgery.of(data).signed(LOG, CUSTODIANS) == data


def _ticket(f: Forgery) -> None:
    f.event("Drawn")["ticket"] = "ab" * 32


def _tickets_moved(f: Forgery) -> None:
    def to(body: Record) -> Record:
        tickets = [int(t) for t in body["body"]["tickets"]]
        tickets[0], tickets[-1] = tickets[0] + 1, tickets[-1] - 1
        body["body"]["tickets"] = [str(t) for t in tickets]
        return body

    f.change("lottery", to)


def _tickets_added(f: Forgery) -> None:
    def to(body: Record) -> Record:
        body["body"]["tickets"][0] = str(int(body["body"]["tickets"][0]) + 1)
        return body

    f.change("lottery", to)


def _leaf_dropped(f: Forgery) -> None:
    members = {m["member"] for e in f.entries for m in e["data"].get("members", ())}

    def to(body: Record) -> Record:
        gone = next(leaf for leaf in body["leaves"] if leaf["expert"]["id"] not in members)
        body["leaves"].remove(gone)
        return body

    f.change("pool", to)


def _leaf_changed(f: Forgery) -> None:
    def to(body: Record) -> Record:
        body["leaves"][0]["expert"]["age"] = 30
        return body

    f.change("pool", to)


def _sheets_swapped(f: Forgery) -> None:
    one, other = f.event("Scored", 0), f.event("Scored", 1)
    for name in ("sheet", "commitment"):
        one[name], other[name] = other[name], one[name]
    sheets = f.event("Closed")["sheets"]
    i, j = sheets.index(one["commitment"]), sheets.index(other["commitment"])
    sheets[i], sheets[j] = sheets[j], sheets[i]


def _totals_swapped(f: Forgery) -> None:
    def to(body: Record) -> Record:
        first, second = body["totals"][:2]
        first["total"], second["total"] = second["total"], first["total"]
        return body

    f.change("totals", to)


def _code_key(f: Forgery) -> None:
    f.change("codes", lambda body: {"key": "cd" * 32})


def _map_swapped(f: Forgery) -> None:
    def to(body: Record) -> Record:
        first, second = body["identities"][:2]
        for name in ("code", "name"):
            first[name], second[name] = second[name], first[name]
        return body

    f.change("identities", to)


def _ranked_otherwise(f: Forgery) -> None:
    def to(body: Record) -> Record:
        first, second = body["ranking"][:2]
        first["name"], second["name"] = second["name"], first["name"]
        return body

    f.change("report", to)


def _another_member(f: Forgery) -> None:
    """Everywhere but in pool and lottery the last member of the first round becomes somebody else."""
    event = f.event("Drawn")
    loser = event["members"][-1]["member"]
    there = {m["member"] for e in f.entries for m in e["data"].get("members", ())}
    pool = [leaf["expert"]["id"] for leaf in f.exhibit("pool")["body"]["leaves"]]
    f.replace(loser, next(who for who in pool if who not in there))


def _seeds_for_another_lottery(f: Forgery) -> None:
    event = f.event("KeyOpened")
    event["against"] = f.event("LotteryFixed", 1)["lottery"]
    event["keep"] = True


def _another_seed_key(f: Forgery) -> None:
    other = f.exhibit("opening-seeds", 1)["body"]
    f.change("opening-seeds", lambda body: other | {"key": body["key"]})


def _nobody_recused(f: Forgery) -> None:
    f.event("Rechecked")["recused"][0]["rule"] = "R1"


def _another_rule_version(f: Forgery) -> None:
    def to(body: Record) -> Record:
        body["versions"][0]["version"] += 1
        return body

    f.change("pack", to)


def _fewer_rules(f: Forgery) -> None:
    def to(body: Record) -> Record:
        body["pack"]["entries"] = [e for e in body["pack"]["entries"] if e["rule"] != "R11"]
        body["versions"] = [v for v in body["versions"] if v["rule"] != "R11"]
        return body

    f.change("pack", to)


def _other_holders(f: Forgery) -> None:
    def to(body: Record) -> Record:
        body["pack"]["custody"]["holders"][2] = "tenderee"
        return body

    f.change("pack", to)


def _neighbours(f: Forgery) -> None:
    """The owner representative is put on the workstation of an expert who sits to the end."""
    gone = {f.event("Left")["member"], *(r["member"] for r in f.event("Rechecked")["recused"])}

    def to(body: Record) -> Record:
        *experts, owner = body["places"]
        stays = next(place for place in experts if place["member"] not in gone)
        owner |= {name: stays[name] for name in ("site", "room", "workstation")}
        return body

    f.change("seating", to)


def _in_another_city(f: Forgery) -> None:
    def to(body: Record) -> Record:
        sites = [place["site"] for place in body["places"]]
        body["places"][0]["site"] = next(site for site in sites if site != sites[0])
        return body

    f.change("seating", to)


def _kept_out(f: Forgery) -> None:
    """In the second round somebody who fits is neither in the lottery nor named as out."""

    def to(body: Record) -> Record:
        del body["body"]["classes"][0][-1]
        return body

    f.change("lottery", to, 1)


def _slot_exchanged(f: Forgery) -> None:
    one, other = f.event("Opened")["slots"][:2]
    one["identity"], other["identity"] = other["identity"], one["identity"]
    one["commitment"], other["commitment"] = other["commitment"], one["commitment"]


# The attack, and the steps that find it when even the custodians help.
ATTACKS: dict[str, tuple[Callable[[Forgery], None], list[int]]] = {
    "another ticket": (_ticket, [10, 11]),
    "tickets moved between panels": (_tickets_moved, [10]),
    "a ticket too many": (_tickets_added, [8, 9, 10, 11]),
    "an expert dropped from the pool": (_leaf_dropped, [7, 9]),
    "a fact of an expert changed": (_leaf_changed, [7]),
    "two sheets swapped": (_sheets_swapped, [15]),
    "two totals swapped": (_totals_swapped, [15, 17]),
    "another code key": (_code_key, [15]),
    "two bidders swapped": (_map_swapped, [16, 17]),
    "ranked otherwise": (_ranked_otherwise, [17]),
    "another member than the winner": (_another_member, [5, 11, 15]),
    "another key in the seeds' place": (_another_seed_key, [6, 10]),
    "recused under another rule": (_nobody_recused, [12]),
    "a rule in another version": (_another_rule_version, [5]),
    "a rule fewer in the pack": (_fewer_rules, [12]),
    "other holders in the pack": (_other_holders, [5]),
    "two members at one workstation": (_neighbours, [13]),
    "a member in another city": (_in_another_city, [13]),
    "an expert kept out of the lottery": (_kept_out, [9, 10]),
    "two bids exchanged under their names": (_slot_exchanged, [16]),
}

# Steps that an attack may break besides, depending on whom the ticket meets.
BESIDES = {
    "another ticket": {11},
    "tickets moved between panels": {11},
    "another member than the winner": {5, 8, 9, 12, 13},
    "another key in the seeds' place": {11},
    "an expert kept out of the lottery": {11},
    "an expert dropped from the pool": {12},
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_step_that_finds_it(forgery: Forgery, attack: str) -> None:
    """Signed by the log key and released by all custodians anew, the forgery is broken where it lies."""
    change, steps = ATTACKS[attack]
    change(forgery)
    found = set(broken(forgery.signed(LOG, CUSTODIANS)))
    assert set(steps) <= found <= set(steps) | BESIDES.get(attack, set())


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_log_key_alone_finds_no_custodian(forgery: Forgery, attack: str) -> None:
    """Without the custodians' keys, what comes before an opening cannot be changed: their releases break too."""
    change, steps = ATTACKS[attack]
    before = [entry["event"] for entry in forgery.entries]
    was = copy.deepcopy(forgery.entries[: before.index("Revealed")])
    change(forgery)
    found = set(broken(forgery.signed(LOG)))
    assert set(steps) <= found
    only_late = forgery.entries[: len(was)] == was  # nothing was opened after it
    assert only_late or found & {3, 6}


def test_another_log_key_is_not_the_pinned_one(forgery: Forgery) -> None:
    """Whoever signs everything with a key of the own is found by the trust file, in step 1."""
    own = keyring(b"another house entirely, 32 bytes").log
    forgery.header["log"] = own.public.hex()
    assert broken(forgery.signed(own, CUSTODIANS)) == [1]


@pytest.mark.parametrize("kind", BundleKind)
def test_a_removed_exhibit_is_missed(files: dict[BundleKind, bytes], kind: BundleKind) -> None:
    """Every exhibit that the reader of this kind may see must be there, whatever other steps would skip."""
    count = len(Forgery.of(files[kind]).exhibits)
    for which in range(count):
        forgery = Forgery.of(files[kind])
        gone = forgery.exhibits.pop(which)
        assert 4 in broken(forgery.signed(LOG, CUSTODIANS)), gone["name"]


@pytest.mark.parametrize("kind", BundleKind)
def test_a_strange_exhibit_is_noticed(files: dict[BundleKind, bytes], kind: BundleKind) -> None:
    """An exhibit nobody named, one twice, one out of order, one under another name."""
    extra = copy.deepcopy(Forgery.of(files[kind]).exhibits[0])
    extra["salt"] = "00" * 32
    for change in (
        lambda f: f.exhibits.append(extra),
        lambda f: f.exhibits.append(copy.deepcopy(f.exhibits[-1])),
        lambda f: f.exhibits.reverse(),
    ):
        forgery = Forgery.of(files[kind])
        change(forgery)
        assert broken(forgery.signed(LOG, CUSTODIANS)) == [4]


def test_what_the_public_may_not_see_does_not_get_in(files: dict[BundleKind, bytes]) -> None:
    """A public bundle with an exhibit of the full one is broken, though it is signed as public."""
    full, public = Forgery.of(files[BundleKind.FULL]), Forgery.of(files[BundleKind.PUBLIC])
    public.exhibits = full.exhibits
    assert broken(public.signed(LOG, CUSTODIANS)) == [4]


def test_seeds_open_against_no_other_record(forgery: Forgery) -> None:
    """An opening for another lottery than the one fixed is refused by replay."""
    _seeds_for_another_lottery(forgery)
    assert 3 in broken(forgery.signed(LOG, CUSTODIANS))


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("LotteryFixed", "role", "expert"),
        ("Opened", "role", "system"),
        ("Scored", "actor", "P-SOMEBODY"),
        ("Reported", "role", "public"),
        ("Rechecked", "role", "operator"),
    ],
)
def test_the_wrong_actor_breaks_the_replay(forgery: Forgery, kind: str, name: str, value: str) -> None:
    """An entry by somebody who may not is refused, however well it is signed."""
    next(e for e in forgery.entries if e["event"] == kind)[name] = value
    assert 3 in broken(forgery.signed(LOG, CUSTODIANS))


def test_an_entry_left_out_breaks_the_replay(forgery: Forgery) -> None:
    """No single entry can be dropped by the log key's holder, although numbers and hashes are made anew."""
    for which in range(len(forgery.entries)):
        shorter = copy.deepcopy(forgery)
        gone = shorter.entries.pop(which)
        assert broken(shorter.signed(LOG)), gone["event"]


def test_the_phase_of_the_manifest_is_the_history_s(forgery: Forgery) -> None:
    """A bundle that calls itself of a later phase than its history is broken in step 3."""
    forgery.manifest["phase"] = "F7"
    assert broken(forgery.signed(LOG, CUSTODIANS)) == [3]

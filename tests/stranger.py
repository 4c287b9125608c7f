"""A second verifier, written from docs/formats/bundle.md alone; it imports nothing of ours.

It raises whatever goes wrong: what matters is that the page is enough to read and check a bundle.
"""

import hashlib
import hmac
import json
import struct
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import rfc8785
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from nacl.signing import VerifyKey

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
BIDDER, EXPERT, SCORES, SEED = 1, 2, 3, 4
canonical = rfc8785.dumps


def frame(*parts: str | bytes) -> bytes:
    """The label and every part, each behind its length."""
    pieces = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join(struct.pack(">I", len(piece)) + piece for piece in pieces)


def digest(*parts: str | bytes) -> bytes:
    """SHA-256 of the frame."""
    return hashlib.sha256(frame(*parts)).digest()


def signed(public: str, label: str, payload: bytes, signature: str) -> None:
    """An Ed25519 signature over the DSSE encoding."""
    kind = label.encode()
    told = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    VerifyKey(bytes.fromhex(public)).verify(told, bytes.fromhex(signature))


class Chance:
    """The stream of a seed."""

    def __init__(self, seed: bytes) -> None:
        self.seed, self.block, self.left = seed, 0, b""

    def derive(self, *labels: str) -> "Chance":
        """The stream named by labels."""
        return Chance(digest("yuanping/stream/v1/derive", self.seed, *labels))

    def below(self, n: int) -> int:
        """A number in 0 … n - 1."""
        bits = (n - 1).bit_length()
        size = -(-bits // 8)
        while n > 1:
            while len(self.left) < size:
                self.left += digest("yuanping/stream/v1", self.seed, struct.pack(">Q", self.block))
                self.block += 1
            taken, self.left = self.left[:size], self.left[size:]
            number = int.from_bytes(taken, "big") >> (8 * size - bits)
            if number < n:
                return number
        return 0

    def sample(self, n: int, k: int) -> list[int]:
        """The first k of a Fisher–Yates shuffle."""
        cards = list(range(n))
        for i in range(k):
            j = i + self.below(n - i)
            cards[i], cards[j] = cards[j], cards[i]
        return cards[:k]


class Reader:
    """A bundle, its form, signatures and digests checked on the way in."""

    def __init__(self, data: bytes) -> None:
        raw = data[:-1].split(b"\n")
        lines = [json.loads(line) for line in raw]
        assert data == b"".join(canonical(line) + b"\n" for line in lines)
        header, manifest = lines[0], dict(lines[-1])
        self.log, self.lot = header["log"], header["lot"]
        self._manifest(manifest, data[: -1 - len(raw[-1])], len(lines))
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.exhibits: dict[str, dict[str, Any]] = {}
        self._lines(lines[1:-1])
        self.opened = {
            d["key"]: bytes.fromhex(self.exhibits[d["opening"]]["private"])
            for d in self.all("KeyOpened")
            if d["opening"] in self.exhibits
        }

    def _manifest(self, manifest: dict[str, Any], earlier: bytes, lines: int) -> None:
        signature = manifest.pop("signature")
        signed(self.log, "yuanping/manifest/v1", canonical(manifest), signature)
        assert manifest["hash"] == hashlib.sha256(earlier).hexdigest()
        assert manifest["lines"] == lines

    def _lines(self, lines: list[dict[str, Any]]) -> None:
        previous, journal = "", b""
        for line in lines:
            if line["line"] == "entry":
                entry = line["entry"]
                assert (entry["previous"], entry["seq"]) == (previous, len(self.events))
                value = digest("yuanping/entry/v1", canonical(entry))
                signed(self.log, "yuanping/entry/v1", value, line["signature"])
                previous, journal = value.hex(), journal + canonical(entry)
                self.events.append((entry["event"], entry["data"]))
            else:
                value = digest("yuanping/exhibit/v1", canonical(line["exhibit"]))
                assert value.hex().encode() in journal
                self.exhibits[value.hex()] = line["exhibit"]["body"]

    def all(self, event: str) -> list[dict[str, Any]]:
        """The data of every event of a kind."""
        return [data for name, data in self.events if name == event]

    def unseal(
        self, key: str, envelope: str, place: tuple[int, str, int], promised: str = "", lot: str | None = None
    ) -> Any:
        """What an envelope holds; `place` is kind, slot and version, `promised` the commitment beside it."""
        kind, slot, version = place
        data, private = bytes.fromhex(envelope), X25519PrivateKey.from_private_bytes(self.opened[key])
        mark = digest("yuanping/envelope/key/v1", key, private.public_key().public_bytes_raw())[:16]
        assert data[:22] == b"YPE1" + bytes([1, kind]) + mark
        number = struct.pack(">Q", version)
        of = self.lot if lot is None else lot
        info = frame("yuanping/envelope/info/v1", b"\1", of, bytes([kind]), slot, number, key, b"", b"")
        plain = HPKE.decrypt(data[22:], private, info)
        salt, text = plain[:32], plain[36 : 36 + int.from_bytes(plain[32:36], "big")]
        opening = frame("yuanping/envelope/opening/v1", info, text)
        made = digest("yuanping/commit/v1", "yuanping/envelope/v1", salt, opening).hex()
        assert promised in ("", made)
        return json.loads(text)

    def check_signatures(self) -> int:
        """Experts are named: every answer and device by the key the drawn leaf commits to; how many."""
        snapshot = self.exhibits[self.all("PoolFrozen")[-1]["exhibit"]]
        leaves = {leaf["expert"]["id"]: leaf["expert"]["key"] for leaf in snapshot["leaves"]}
        private = X25519PrivateKey.from_private_bytes(self.opened["experts"])
        evaluation = private.public_key().public_bytes_raw().hex()
        keys, rounds = {}, {}
        for drawn in (*self.all("Drawn"), *self.all("StandbyDrawn")):
            for seated in drawn["members"]:
                who, place = seated["member"], (EXPERT, seated["member"], 1)
                told = self.unseal("experts", seated["identity"], place, seated["commitment"])
                made = {
                    digest(
                        "yuanping/expert-key/v1", self.lot, who, *map(bytes.fromhex, (key, told["blind"]))
                    ): key
                    for key in told["keys"]
                }
                keys[who], rounds[who] = made[bytes.fromhex(leaves[who])], drawn["round"]
        count = 0
        for name, data in self.events:
            who = data.get("member")
            if name not in ("Accepted", "Left", "CheckedIn") or who not in keys:
                continue
            if name == "Left" and data["why"] != "declined":
                continue
            said = {"evaluation": evaluation, "member": who}
            if name == "CheckedIn":
                proof = self.unseal("experts", data["certificate"], (EXPERT, f"{who}/certificate", 1), lot="")
                label, said = "certificate", said | {"device": data["key"]}
            else:
                place = EXPERT, f"{who}/answer/{rounds[who]}", 1
                proof = self.unseal("experts", data["proof"], place, lot="")
                answer = "accept" if name == "Accepted" else "decline"
                label, said = "answer", said | {"answer": answer, "at": proof["at"], "round": rounds[who]}
            assert proof["key"] == keys[who]
            signed(keys[who], f"yuanping/{label}/v1", canonical(said), proof["signature"])
            count += 1
        return count

    def check_keys(self) -> int:
        """Releases are signed by custodians, opened keys are the dealt ones: how many were opened."""
        dealt = self.all("KeysDealt")[0]
        who = {each["name"]: each["sign"] for each in dealt["custodians"]}
        public = {each["key_id"]: each["public"] for each in dealt["keys"]}
        for data in self.all("KeyOpened"):
            told = frame("yuanping/release/v1", self.lot, data["key"], bytes.fromhex(data["against"]))
            assert len(data["releases"]) >= dealt["threshold"]
            for release in data["releases"]:
                signed(who[release["custodian"]], "yuanping/release/v1", told, release["signature"])
        for key, private in self.opened.items():
            made = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
            assert made.hex() == public[key]
        return len(self.all("KeyOpened"))

    def check_pool(self) -> int:
        """The snapshot has the recorded root: how many experts."""
        frozen = self.all("PoolFrozen")[0]
        leaves = [
            digest("yuanping/pool/leaf/v1", bytes.fromhex(leaf["salt"]), canonical(leaf["expert"]))
            for leaf in self.exhibits[frozen["exhibit"]]["leaves"]
        ]
        assert _root(leaves).hex() == frozen["root"]
        return len(leaves)

    def check_draws(self) -> int:
        """Every ticket follows from seeds and lottery and lands on the members drawn: how many rounds."""
        attempt = self.all("Booked")[0]["attempt"]
        drawn = {data["round"]: data for data in (*self.all("Drawn"), *self.all("StandbyDrawn"))}
        for fixed in (*self.all("LotteryFixed"), *self.all("StandbyFixed")):
            number = fixed["round"]
            parts: list[str | bytes] = []
            for pledge in sorted(self.all("SeedPledged"), key=lambda data: data["party"]):
                place = SEED, pledge["party"], 1
                seed = self.unseal(f"seeds/{number}", pledge["deposits"][number - 1], place)
                parts += [pledge["party"], bytes.fromhex(seed)]
            lottery = bytes.fromhex(fixed["lottery"])
            ticket = digest("yuanping/ticket/v1", lottery, self.lot, f"{attempt}/{number}", *parts)
            for pulse in [data for data in self.all("PulseTaken") if data["round"] == number]:
                self._pulse(pulse)
                value = bytes.fromhex(pulse["value"])
                ticket = digest("yuanping/ticket/beacon/v1", ticket, str(pulse["pulse"]), value)
            assert ticket.hex() == drawn[number]["ticket"]
            won = _winners(self.exhibits[fixed["lottery"]]["body"], ticket)
            assert won == [(m["role"], m["member"]) for m in drawn[number]["members"]]
        return len(drawn)

    def _pulse(self, pulse: dict[str, Any]) -> None:
        """The booked beacon signed it for the moment at which it was due."""
        beacon = self.all("Booked")[0]["beacon"]
        periods = timedelta(seconds=(pulse["pulse"] - 1) * beacon["period_seconds"])
        due = datetime.fromisoformat(beacon["genesis"]) + periods
        told = {"beacon": beacon["id"], "due": due.isoformat(), "format": "yuanping-pulse/v1"}
        body = canonical(told | {"pulse": pulse["pulse"], "value": pulse["value"]})
        signed(beacon["key"], "yuanping/pulse/v1", body, pulse["signature"])

    def check_seats(self) -> int:
        """Who comes gets a seat; who moves is the same person in the own city, not checked in yet: how many."""
        request = self.exhibits[self.all("Booked")[0]["request"]]
        plan: dict[str, str] = {}
        came: set[str] = set()
        count = 0
        for event, data in self.events:
            if event in ("Moved", "Relaxed"):
                request = self.exhibits[data["request"]]
            if event in ("Drawn", "Appointed", "Promoted"):
                new = {p["member"]: p["site"] for p in self.exhibits[data["seating"]]["places"]}
                come = {m if event == "Promoted" else m["member"] for m in data["members"]}
                assert come <= set(new) <= come | set(self.all("Booked")[0]["owners"]) - set(plan)
                plan |= new
            if event == "Left":
                plan.pop(data["member"], None)
            if event == "CheckedIn":
                came.add(data["member"])
            if event == "Reseated":
                now, places = self.exhibits[data["request"]], self.exhibits[data["seating"]]["places"]
                to = {swap["lost"]: swap["to"] for swap in self.exhibits[data["cause"]]["swaps"]}
                _same_but_sites(request, now, to)
                for place in places:
                    assert place["member"] not in came
                    assert to[plan[place["member"]]] == place["site"]
                    plan[place["member"]] = place["site"]
                assert set(plan.values()) <= {site["site"] for site in now["sites"]}
                request, count = now, count + len(places)
        return count

    def check_deliveries(self) -> int:
        """Every invitation was there on one house's word, and nobody silent without one: how many."""
        there = set()
        for event, data in self.events:
            if event == "Left":
                assert data["why"] != "silent" or data["member"] in there
            if event != "Delivered":
                continue
            there.add(data["member"])
            told = {"lot": self.lot} | {name: data[name] for name in ("at", "channel", "member", "round")}
            signed(data["by"], "yuanping/delivery/v1", canonical(told), data["signature"])
        assert len({data["by"] for data in self.all("Delivered")}) == 1
        return len(self.all("Delivered"))

    def check_standbys(self) -> int:
        """Stand-bys take seats in the order of their ranks, or are named with a rule: how many were promoted."""
        rounds = {data["round"]: data["rank"] for data in self.all("StandbyFixed")}
        waiting: dict[str, int] = {}
        promoted = 0
        for name, data in self.events:
            if name == "StandbyDrawn":
                waiting[data["members"][0]["member"]] = rounds[data["round"]]
            elif name == "Left":
                waiting.pop(data["member"], None)
            elif name in ("Promoted", "PassedOver"):
                taken = data.get("members", [])
                last = max((waiting[who] for who in taken), default=len(waiting) + promoted + 99)
                beside = sorted((rank, who) for who, rank in waiting.items() if who not in taken)
                assert [who for rank, who in beside if rank < last] == [p["member"] for p in data["passed"]]
                assert all(each["rule"] for each in data["passed"])
                promoted += len([waiting.pop(who) for who in taken])
        return promoted

    def check_scores(self) -> list[str]:
        """Sheets are signed under the members' own codes and give the totals, bidders open: the totals."""
        slots = self.all("Opened")[0]["slots"]
        key = bytes.fromhex(self.exhibits[self.all("Blinded")[0]["codes"]]["key"])
        devices = {data["member"]: data["key"] for data in self.all("CheckedIn")}
        sums: list[list[Decimal]] = [[] for _ in slots]
        latest = {data["member"]: data for data in self.all("Scored")}
        closed = [
            d["member"] for d in self.all("Scored") if d["commitment"] in self.all("Closed")[0]["sheets"]
        ]
        reviewed = (self.all("Reviewed") or [{"replaced": [], "totals": self.all("Totalled")[0]["totals"]}])[
            0
        ]
        for member in closed:
            scored = latest[member]
            place = SCORES, member, scored["version"]
            value = self.unseal("scores", scored["sheet"], place, scored["commitment"])
            signed(devices[member], "yuanping/sheet/v1", canonical(value["sheet"]), value["signature"])
            codes = _codes(key, self.lot, member, len(slots))
            own = [Decimal(0)] * len(slots)
            for line in value["sheet"]["lines"]:
                own[codes[line["code"]]] += Decimal(line["score"])
            for slot, total in enumerate(own):
                if member not in reviewed["replaced"]:
                    sums[slot].append(total)
        totals = [str((sum(s) / len(s)).quantize(Decimal("0.01"), ROUND_HALF_UP)) for s in sums]
        told = self.exhibits[reviewed["totals"]]["totals"]
        assert totals == [each["total"] for each in told]
        for number, slot in enumerate(slots):
            place = BIDDER, str(number), 1
            who = self.unseal("bidders", slot["identity"], place, slot["commitment"])
            assert who["document"] == slot["document"]
        return totals


def _same_but_sites(old: dict[str, Any], new: dict[str, Any], to: dict[str, str]) -> None:
    assert old | {"sites": []} == new | {"sites": []}
    now = {site["site"]: site for site in new["sites"]}
    before: dict[str, list[dict[str, Any]]] = {}
    for site in old["sites"]:
        before.setdefault(to.get(site["site"], site["site"]), []).append(site)
    assert sorted(before) == sorted(site["site"] for site in new["sites"])
    for name, sites in before.items():
        if name not in to.values():
            assert [now[name]] == sites
        assert {site["region"][:4] for site in sites} == {now[name]["region"][:4]}
        assert now[name]["host"] == any(site["host"] for site in sites)
        assert now[name]["seats"] <= sum(site["seats"] for site in sites)


def _root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + _root(leaves[:half]) + _root(leaves[half:])).digest()


def _winners(lottery: dict[str, Any], ticket: bytes) -> list[tuple[int, str]]:
    assert sum(map(int, lottery["tickets"])) == 2**60 == int(lottery["total"])
    number, chance = Chance(ticket).derive("ticket").below(2**60), Chance(ticket)
    running, at = int(lottery["tickets"][0]), 0
    while running <= number:
        at += 1
        running += int(lottery["tickets"][at])
    panel = lottery["panels"][at]
    won: list[tuple[int, str]] = []
    for which in sorted({part[0] for part in panel}):
        seats = [role for c, role, count in panel if c == which for _ in range(count)]
        members = lottery["classes"][which]
        picks = chance.derive("class", members[0]).sample(len(members), len(seats))
        won += [(role, members[pick]) for pick, role in zip(picks, seats, strict=True)]
    return sorted(won)


def _codes(key: bytes, lot: str, member: str, slots: int) -> dict[str, int]:
    found = {}
    for slot in range(slots):
        tag = hmac.digest(key, frame("yuanping/codes/tag/v1", lot, member, str(slot)), "sha256")
        number = int.from_bytes(tag, "big") >> (256 - 30)
        signs = "".join(ALPHABET[number >> 5 * place & 31] for place in range(5, -1, -1))
        check = 0
        for sign in signs:
            check = (check ^ ALPHABET.index(sign)) << 1
            check = check ^ 0b100101 if check & 32 else check
        found[f"{signs[:3]}-{signs[3:]}-{ALPHABET[check]}"] = slot
    return found

"""Does any change to a bundle's bytes ever verify? Both bundles of a real evaluation, as they left the house."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.services import auditing
from crypto.stream import Stream
from scheduler.audit import FAIRNESS, STEPS, verify
from scheduler.audit.case import Outcome, Pins
from scheduler.audit.command import read_trust, run
from scheduler.bundle import BundleKind, Unreadable
from scheduler.model import LotId
from tests.tale import Tale, fresh

HOLDS, BROKEN, UNREADABLE = 0, 1, 2
FULL, PUBLIC = BundleKind.FULL, BundleKind.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Bundles of one evaluation, with what a stranger must have from elsewhere."""

    files: dict[BundleKind, bytes]
    trust: bytes

    @property
    def pins(self) -> Pins:
        """What the trust file says."""
        return read_trust(self.trust)


def _made(folder: Path, lot: str, seed: bytes) -> Made:
    with fresh(folder, seed=seed, lot=LotId(lot)) as town:
        Tale(town).tell()
        return Made(
            files={kind: town.bundle(kind) for kind in BundleKind}, trust=auditing.trust_of(town.office.keys)
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The evaluation whose bundles are attacked."""
    return _made(tmp_path_factory.mktemp("bundle"), "TOWN-01", bytes(range(32)))


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, Made]:
    """Another lot under the same log key, and the same lot in another house."""
    folder = tmp_path_factory.mktemp("others")
    return _made(folder, "TOWN-02", bytes(range(32))), _made(folder, "TOWN-01", bytes(range(1, 33)))


TRACEBACK = -1  # no exit status: an unreadable bundle without a reason


def status(data: bytes, pins: Pins | None = None) -> int:
    """The exit status of the verifier over these bytes; any other exception is a fault of ours."""
    try:
        report = verify(data, pins or Pins())
    except Unreadable as why:
        return UNREADABLE if str(why) else TRACEBACK
    assert all(str(finding.says.en) and finding.says.zh for finding in report.findings)
    return HOLDS if report.holds else BROKEN


def bad(data: bytes) -> None:
    """Never 0 and never 3."""
    assert status(data) in (BROKEN, UNREADABLE)


def lines(data: bytes) -> list[bytes]:
    """The lines, each with its end."""
    return data.splitlines(keepends=True)


@pytest.mark.parametrize("kind", BundleKind)
def test_the_whole_bundles_hold(made: Made, kind: BundleKind) -> None:
    """As they were exported they verify, with and without pins, and the same bytes twice."""
    data = made.files[kind]
    assert status(data) == status(data, made.pins) == HOLDS


@pytest.mark.parametrize("kind", BundleKind)
def test_the_certificate_of_fairness_is_the_last_step_and_only_on_request(
    made: Made, kind: BundleKind
) -> None:
    """Without the flag the step is absent and no number moves; a public bundle cannot show it."""
    plain = verify(made.files[kind], made.pins)
    asked = verify(made.files[kind], made.pins, fairness=True)
    assert asked.findings[:-1] == plain.findings
    last = asked.findings[-1]
    assert (last.n, last.name) == (len(STEPS) + 1, FAIRNESS[0])
    assert last.state is (Outcome.HOLDS if kind is FULL else Outcome.NOT_REVEALED)
    assert "search" not in last.says.en
    assert "without proof" not in last.says.en


def test_the_pins_are_heeded(made: Made, others: tuple[Made, Made]) -> None:
    """Another house's bundle is whole in itself and broken under our trust file."""
    _, stranger = others
    assert status(stranger.files[FULL]) == HOLDS
    assert status(stranger.files[FULL], made.pins) == BROKEN


@pytest.mark.parametrize("kind", BundleKind)
def test_a_flipped_bit_never_verifies(made: Made, kind: BundleKind) -> None:
    """One bit in every line, and at positions all over the file."""
    data, chance = made.files[kind], Stream(b"flip" * 8)
    positions, start = [], 0
    for line in lines(data):
        positions.append(start + chance.below(len(line)))
        start += len(line)
    positions += [chance.below(len(data)) for _ in range(50)] + [0, 1, len(data) - 2, len(data) - 1]
    for position in positions:
        changed = bytearray(data)
        changed[position] ^= 1 << chance.below(8)
        bad(bytes(changed))


@pytest.mark.parametrize("kind", BundleKind)
def test_a_digit_in_place_of_another_never_verifies(made: Made, kind: BundleKind) -> None:
    """Changes that keep JSON and hexadecimal well formed are found too."""
    data, chance = made.files[kind], Stream(b"digits" * 6)
    digits = [i for i, byte in enumerate(data) if chr(byte) in "0123456789abcdef"]
    for _ in range(50):
        position = digits[chance.below(len(digits))]
        changed = bytearray(data)
        changed[position] = ord("1") if data[position] == ord("0") else ord("0")
        bad(bytes(changed))


@pytest.mark.parametrize("kind", BundleKind)
def test_a_missing_doubled_or_moved_line_never_verifies(made: Made, kind: BundleKind) -> None:
    """Each line dropped, every third doubled, every third swapped with the next, and the whole backwards."""
    whole = lines(made.files[kind])
    for i in range(len(whole)):
        bad(b"".join(whole[:i] + whole[i + 1 :]))
        if i % 3 == 0:
            bad(b"".join(whole[: i + 1] + whole[i:]))
        if i % 3 == 1 and i + 1 < len(whole):
            bad(b"".join([*whole[:i], whole[i + 1], whole[i], *whole[i + 2 :]]))
    bad(b"".join(reversed(whole)))


@pytest.mark.parametrize("kind", BundleKind)
def test_a_cut_file_never_verifies(made: Made, kind: BundleKind) -> None:
    """Nothing, one byte, half, all but the last line, all but the last byte, and bytes at the end."""
    data = made.files[kind]
    for cut in (0, 1, len(data) // 2, len(data) - len(lines(data)[-1]), len(data) - 1):
        assert status(data[:cut]) == UNREADABLE
    for more in (b"\n", b"x", b"{}\n", b"\0", lines(data)[-1]):
        bad(data + more)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: b"\xef\xbb\xbf" + d,
        lambda d: d.replace(b"\n", b"\r\n"),
        lambda d: d.replace(b"\n", b"\n\n", 1),
        lambda d: d.replace(b":", b": ", 1),
        lambda d: b" " + d,
        lambda d: d.replace(b"town", b"to\\u0077n", 1).replace(b"TOWN", b"TO\\u0057N", 1),
        lambda d: d.replace(b'"line":"header"', b'"line":"header","line":"header"', 1),
        lambda d: d.replace(b'"seq":1,', b'"seq":1.0,', 1),
        lambda d: d.replace(b'"seq":1,', b'"seq":1e0,', 1),
        lambda d: d.replace(b'"seq":1,', b'"seq":01,', 1),
        lambda d: d.replace(b'"seq":1,', b'"seq":NaN,', 1),
        lambda d: d.replace(b'"seq":1,', b'"seq":' + b"9" * 5000 + b",", 1),
        lambda d: d.replace(b'"log":"', b'"log":"' + b"A", 1),
        lambda d: d.decode().encode("utf-16"),
        lambda d: b"[" * 100_000 + b"\n" + d,
        lambda d: d.replace(b"\n", b'\n"\\ud800"\n', 1),
        lambda d: b"\n" * 10,
    ],
    ids=(
        "BOM",
        "CRLF",
        "blank line",
        "space",
        "space before",
        "escapes",
        "doubled key",
        "float",
        "exponent",
        "leading zero",
        "NaN",
        "huge number",
        "upper case",
        "UTF-16",
        "deep",
        "half a surrogate",
        "only line ends",
    ),
)
def test_another_spelling_is_unreadable(made: Made, change: object) -> None:
    """There is one byte form; any other is refused as no bundle, whatever it means."""
    for data in made.files.values():
        changed = change(data)  # type: ignore[operator]  # a parametrized function
        assert changed != data
        assert status(changed) == UNREADABLE


def test_upper_case_hexadecimal_is_another_spelling(made: Made) -> None:
    """A signature in capitals is the same number and not the same bundle."""
    whole = lines(made.files[FULL])
    last = json.loads(whole[-1])
    last["signature"] = last["signature"].upper()
    changed = json.dumps(last, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    bad(b"".join([*whole[:-1], changed]))


def _signature(line: bytes) -> bytes:
    return json.loads(line)["signature"].encode()


@pytest.mark.parametrize("kind", BundleKind)
def test_a_signature_is_about_one_thing(made: Made, kind: BundleKind) -> None:
    """The manifest's and every entry's signature exchanged for another entry's never verify."""
    whole = lines(made.files[kind])
    signed = [
        i for i, line in enumerate(whole) if b'"signature":' in line and b'"line":"exhibit"' not in line
    ]
    for here, there in zip(signed, signed[1:] + signed[:1], strict=True):
        other = whole.copy()
        other[here] = whole[here].replace(_signature(whole[here]), _signature(whole[there]))
        bad(b"".join(other))


def test_a_public_bundle_is_no_full_one_with_lines_missing(made: Made) -> None:
    """Manifests and headers of the two kinds do not fit each other, nor does leaving lines out."""
    full, public = lines(made.files[FULL]), lines(made.files[PUBLIC])
    bad(b"".join([*full[:-1], public[-1]]))
    bad(b"".join([*public[:-1], full[-1]]))
    bad(b"".join([public[0], *full[1:]]))
    bad(b"".join([public[0], *full[1:-1], public[-1]]))
    shared = [line for line in full[1:-1] if line in set(public)]
    assert b"".join([public[0], *shared, public[-1]]) == made.files[PUBLIC]
    bad(b"".join([full[0], *shared, full[-1]]))
    bad(b"".join([full[0], *shared, public[-1]]))


def test_two_bundles_do_not_splice(made: Made, others: tuple[Made, Made]) -> None:
    """Lines of another lot of the same house, or of the same lot elsewhere, never fit in."""
    ours = lines(made.files[FULL])
    for other in others:
        theirs = lines(other.files[FULL])
        assert theirs != ours
        for cut in (1, 2, 5, len(ours) // 2, len(ours) - 1):
            bad(b"".join(ours[:cut] + theirs[cut:]))
            bad(b"".join(theirs[:cut] + ours[cut:]))
        for i in range(0, min(len(ours), len(theirs)), 3):
            if ours[i] != theirs[i]:
                bad(b"".join(ours[:i] + theirs[i : i + 1] + ours[i + 1 :]))
                bad(b"".join(ours[:i] + theirs[i : i + 1] + ours[i:]))


def test_the_command_says_it_with_its_exit_status(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0, 1 and 2 of the contract, JSON with every step, and the first line about what is pinned."""
    good, broken, cut = (tmp_path / name for name in ("good", "broken", "cut"))
    good.write_bytes(made.files[FULL])
    whole = lines(made.files[FULL])
    broken.write_bytes(b"".join([*whole[:5], *whole[6:]]))
    cut.write_bytes(made.files[FULL][:-1])
    trust = tmp_path / "trust.json"
    trust.write_bytes(made.trust)
    results = []
    for file, expected in ((good, HOLDS), (broken, BROKEN), (cut, UNREADABLE)):
        assert run([str(file), "--trust", str(trust), "--json"]) == expected
        results.append(json.loads(capsys.readouterr().out))
    assert [r["result"] for r in results] == ["holds", "broken", "unreadable"]
    assert [len(r["steps"]) for r in results] == [19, 19, 0]
    assert run([str(good)]) == HOLDS
    assert "未固定" in capsys.readouterr().out.splitlines()[0]
    assert run([str(tmp_path / "nothing")]) == UNREADABLE
    assert run([str(tmp_path)]) == UNREADABLE

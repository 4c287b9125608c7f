"""`yuanping-verify BUNDLE [--trust TRUST.json] [--json] [--fairness]`: arguments in, report and exit status out."""

import argparse
import errno
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crypto.canonical import unhex
from crypto.errors import Broken
from crypto.keys import enrol, enrol_sealing, fingerprint
from scheduler.audit import Report, verify
from scheduler.audit.case import Outcome, Pins
from scheduler.bundle import Unreadable
from scheduler.limits import Words

HOLDS, BROKEN, UNREADABLE, GLASS = 0, 1, 2, 3
_RED, _PLAIN = "\x1b[31m", "\x1b[0m"
_LARGEST = 1 << 30
_PINNED = {"beacons", "custodians", "log", "suites", "witnesses"}
_MARKS = {Outcome.HOLDS: "✓", Outcome.BROKEN: "✗", Outcome.NOT_REVEALED: "–"}


def run(arguments: Sequence[str] | None) -> int:
    """The exit status: 0 holds, 1 broken, 2 unreadable, 3 holds but something was opened by break-glass."""
    wanted = _parser().parse_args(arguments)
    chinese = not os.environ.get("YUANPING_LANG", "zh-CN").lower().startswith("en")
    try:
        pins = read_trust(_bytes(wanted.trust)) if wanted.trust else Pins()
        report = verify(_bytes(wanted.bundle), pins, fairness=wanted.fairness)
    except Unreadable as fault:
        return _unreadable(str(fault), as_json=wanted.json)
    if wanted.json:
        text = json.dumps(as_json(report, chinese=chinese), ensure_ascii=False)
    else:
        text = as_text(report, chinese=chinese, colour=bool(sys.stdout) and sys.stdout.isatty())
    return _answered(text, GLASS if report.holds and report.glass else HOLDS if report.holds else BROKEN)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="yuanping-verify", description="Check the audit bundle of one evaluation, offline."
    )
    parser.add_argument("bundle", type=Path, help="the bundle (JSON Lines)")
    parser.add_argument("--trust", type=Path, help="keys that must not come from the bundle (TRUST.json)")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    parser.add_argument("--fairness", action="store_true", help="also check the certificate of fairness")
    return parser


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise Unreadable(f"{path}: larger than 1 GiB")
        return path.read_bytes()
    except OSError as fault:
        raise Unreadable(f"{path}: {fault.strerror or fault}") from None


def read_trust(data: bytes) -> Pins:
    """The pins of a TRUST.json (docs/formats/trust.md). Raises Unreadable."""
    try:
        body: Any = json.loads(data)
        if not isinstance(body, dict) or not set(body) <= _PINNED:
            raise Unreadable(f"TRUST.json: expected an object with {', '.join(sorted(_PINNED))}")
        custodians = {
            str(name): (enrol(unhex(keys["sign"], 32)), enrol_sealing(unhex(keys["seal"], 32)))
            for name, keys in body.get("custodians", {}).items()
        }
        suites = frozenset(map(str, body.get("suites", ["01"])))
        if suites != {"01"}:
            raise Unreadable('TRUST.json: suites must be ["01"], the only one of this version')
        if body.get("witnesses"):
            raise Unreadable("TRUST.json: witnesses are not there yet")
        log = enrol(unhex(body["log"], 32)) if "log" in body else None
        beacons = {str(name): enrol(unhex(key, 32)) for name, key in body.get("beacons", {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError, Broken, RecursionError) as fault:
        raise Unreadable(f"TRUST.json: {fault}") from None
    return Pins(log=log, custodians=custodians, suites=suites, beacons=beacons)


def as_json(report: Report, *, chinese: bool) -> dict[str, Any]:
    """The document of the contract."""
    steps = [
        {"n": f.n, "name": _told(f.name, chinese), "state": f.state.value, "says": _told(f.says, chinese)}
        for f in report.findings
    ]
    result = "broken" if not report.holds else "break-glass" if report.glass else "holds"
    return {"result": result, "steps": steps, "lot": report.lot}


def as_text(report: Report, *, chinese: bool, colour: bool = False) -> str:
    """What a person reads: what is pinned, every step, the result; break-glass in red where there is `colour`."""
    if report.pinned:
        first = "日志密钥已按信任文件固定" if chinese else "the log key is pinned by the trust file"
    elif chinese:
        first = "未固定任何密钥：仅以文件自带的密钥核对"
    else:
        first = "nothing is pinned: checked against the keys inside the bundle only"
    lines = [first, f"{'标段' if chinese else 'lot'}: {report.lot}"]
    lines += [f"  {name}: {fingerprint(key)}" for name, key in report.keys]
    for each in report.findings:
        title, says = (each.name.zh, each.says.zh) if chinese else (each.name.en, each.says.en)
        lines.append(f"{_MARKS[each.state]} {each.n:2d} {title}: {says}")
    held = (
        ("全部成立" if report.holds else "有步骤不成立")
        if chinese
        else ("holds" if report.holds else "BROKEN")
    )
    if report.glass:
        told = (
            "注意：有身份经应急程序提前开启（见第 6 步）"
            if chinese
            else "ATTENTION: an identity was opened early, by break-glass (step 6)"
        )
        lines.append(f"{_RED}{told}{_PLAIN}" if colour else told)
    return "\n".join([*lines, held])


def _told(words: Words, chinese: bool) -> str:
    return words.zh if chinese else words.en


def _unreadable(why: str, *, as_json: bool) -> int:
    print(why, file=sys.stderr)
    if as_json:
        return _answered(json.dumps({"result": "unreadable", "steps": [], "lot": ""}), UNREADABLE)
    return UNREADABLE


def _answered(text: str, status: int) -> int:
    """Write `text` in UTF-8 whatever the terminal claims. The status; UNREADABLE where nobody can be told."""
    try:
        if not sys.stdout:  # started with its output closed
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
        sys.stdout.flush()
    except OSError as fault:
        if sys.stdout:  # else the interpreter flushes into it once more when it exits
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(fault, BrokenPipeError):  # a reader that has seen enough is no fault
            print(f"the report cannot be written: {fault.strerror}", file=sys.stderr)
            return UNREADABLE
    return status

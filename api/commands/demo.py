"""`yuanping demo`: the main job on the demonstration world, then the three desks."""

import json
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.ending import BAD_INPUT, answer, orderly, spoken, tell
from api.commands.installation import storage
from api.words import say

if TYPE_CHECKING:
    from api.custodian.company import Company
    from api.demo.story import Story
    from api.demo.world import Doors

RESULT = "demo.json"  # written last: a folder that has it holds a finished demonstration
BROKEN = 1


@click.command("demo")
@click.option(
    "--data-dir", type=click.Path(path_type=Path, file_okay=False), default=None, help="数据目录 / folder"
)
@click.option("--no-serve", is_flag=True, help="演示结束即退出 / end after the story")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="端口 / port")
@click.option("--seed", default=None, help="64 位十六进制种子 / seed, 64 hexadecimal digits")
@click.option(
    "--json", "as_json", is_flag=True, help="标准输出只有一个 JSON / one JSON document on standard output"
)
@orderly
def demo(data_dir: Path | None, no_serve: bool, port: int, seed: str | None, as_json: bool) -> None:
    """在安徽演示世界里走完一次评标 / one evaluation from booking to audit on the Anhui demo world."""
    folder = data_dir or _default_folder()
    chosen = _seed(seed)
    told = tell if as_json else answer
    if not no_serve:
        _demand_current(folder)
    with closing(_doors(0 if no_serve else port)) as doors:
        new = not _is_there(folder)
        if new:
            _found(folder, chosen)
        # A finished demonstration that is only looked at again needs nobody.
        with nullcontext() if no_serve and not new else _houses(folder, doors):
            result = _play(folder, chosen, told, doors) if new else _again(folder, told)
            _told(result, as_json=as_json)
            if not no_serve:
                _serve(folder, told, doors)


def _told(result: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        answer(json.dumps(result, ensure_ascii=False))
    if not result["verified"]:
        raise SystemExit(BROKEN)


def _found(folder: Path, seed: bytes) -> None:
    from api.demo import world

    world.found(folder, seed)


def _houses(folder: Path, doors: "Doors") -> "Company":
    """Three custodians' agents and the pool owner on this machine, a process each."""
    from api.custodian.company import Company
    from api.demo import world

    return Company(world.processes(folder, doors))


def _default_folder() -> Path:
    import os

    return Path(os.environ.get("YUANPING_DATA_DIR") or "yuanping-demo")


def _seed(text: str | None) -> bytes:
    if text is None:
        from api.demo.world import DEFAULT_SEED

        return DEFAULT_SEED
    try:
        seed = bytes.fromhex(text)
    except ValueError:
        seed = b""
    if len(seed) != 32 or len(text) != 64:
        tell(say("story.seed", spoken()))
        raise SystemExit(BAD_INPUT)
    return seed


def _doors(port: int) -> "Doors":
    """Better to hear now than after the story that nobody can come in."""
    from api.demo.world import Doors
    from api.serving import bound

    try:
        return Doors(centre=bound("127.0.0.1", port), pool=bound("127.0.0.1", 0))
    except OSError:
        tell(say("story.port", spoken(), port=port))
        raise SystemExit(BAD_INPUT) from None


def _is_there(folder: Path) -> bool:
    from api.demo.world import is_there

    if (folder / RESULT).exists():
        return True
    if is_there(folder):
        tell(say("story.unfinished", spoken(), folder=folder))
        raise SystemExit(BAD_INPUT)
    return False


def _demand_current(folder: Path) -> None:
    from api.demo.world import is_current

    with storage():
        outdated = (folder / RESULT).exists() and not is_current(folder)
    if outdated:
        tell(say("story.outdated", spoken(), folder=folder))
        raise SystemExit(BAD_INPUT)


def _play(folder: Path, seed: bytes, told: Any, doors: "Doors") -> dict[str, Any]:
    """Build, play, export, verify; the result file last."""
    from api import clock
    from api.demo import story, world

    began = clock.stopwatch()
    told(say("story.building", spoken(), experts=3000, groups=30))
    built = world.build(folder, seed, clock.stopwatch, doors)
    played = story.Story(
        stage=built,
        tell=lambda code, **facts: told(
            f"{clock.stopwatch() - began:5.1f} s  {say(code, spoken(), **facts)}"
        ),
    )
    main = built.demo.main
    told(say("story.agents", spoken(), port=doors.centre.getsockname()[1]))
    told(say("story.title", spoken(), name=main.name, lot=main.lot))
    with world.custodians_about(built, doors.centre):
        result = _whole(folder, played)
    result["seconds"] = round(clock.stopwatch() - began, 1)
    (folder / RESULT).write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    if result["verified"]:
        told(say("story.done", spoken(), seconds=result["seconds"], folder=folder))
    built.office.db.close()
    return result


def _whole(folder: Path, played: "Story") -> dict[str, Any]:
    """The story from the booking to the verified files, and the lot for the desks."""
    from api.demo import stage, story

    story.run(played)
    files = story.export(played, folder)
    state = played.state()
    played.tell("story.live", lot=stage.set_live(played.stage))
    return {
        "lot": played.lot,
        "panel_size": len(state.current()),
        "rounds": len(state.rounds),
        "sites": len(played.stage.demo.main.sites),
        "bundle": files.bundle.name,
        "public_bundle": files.public_bundle.name,
        "trust": files.trust.name,
        "verified": _verified([files.bundle, files.public_bundle], files.trust, played.tell),
    }


def _again(folder: Path, told: Any) -> dict[str, Any]:
    """What a second run does: say so, verify again, change nothing."""
    told(say("story.again", spoken(), folder=folder))
    result: dict[str, Any] = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    bundles = [folder / result["bundle"], folder / result["public_bundle"]]
    result["verified"] = _verified(
        bundles, folder / result["trust"], lambda code, **facts: told(say(code, spoken(), **facts))
    )
    return result


def _verified(bundles: list[Path], trust: Path, told: Any) -> bool:
    """The offline verifier over the files as they lie on disk."""
    from scheduler.audit import Unreadable, verify
    from scheduler.audit.case import Outcome
    from scheduler.audit.command import read_trust

    whole = True
    for file in bundles:
        try:
            findings = verify(file.read_bytes(), read_trust(trust.read_bytes())).findings
        except (Unreadable, OSError):
            findings = ()
        states = [finding.state for finding in findings]
        if not states or Outcome.BROKEN in states:
            whole = False
            told("story.broken", file=file.name)
        else:
            hidden = states.count(Outcome.NOT_REVEALED)
            told("story.verified", file=file.name, steps=len(states) - hidden, hidden=hidden)
    return whole


def _serve(folder: Path, told: Any, doors: "Doors") -> None:
    from api import clock
    from api.demo import world
    from api.serving import listen, web_of

    office = world.resume(folder, clock.stopwatch, clock.entropy, doors)
    told(say("story.serving", spoken(), url=f"http://127.0.0.1:{doors.centre.getsockname()[1]}"))
    experts = f"http://127.0.0.1:{doors.pool.getsockname()[1]}"
    told(say("story.experts", spoken(), url=experts))
    listen(web_of(office, language=spoken(), experts_at=experts), doors.centre)

"""`yuanping import lots`: many lots from CSV or XLSX, placed and told first (docs/formats/lots.md)."""

from pathlib import Path

from api.actor import Actor
from api.commands.ending import answer, spoken, tell
from api.commands.installation import office_here
from api.intake.drafts import LARGEST
from api.intake.faults import Findings, refuse
from api.intake.sources import load
from api.pages.voice import Voice
from api.services.batch import DryRun, Line, dry_run, take_in
from api.services.memory import Memory
from api.words import Lang, say
from scheduler.errors import Refused
from scheduler.model import Role

NO_PLACE = 3


def import_lots(file: Path, login: str, *, write: bool) -> None:
    """The dry run told; with `write` all lots are booked. Exit 3 when a lot has no place. Raises Faults."""
    findings = Findings(str(file))
    data = load(file, findings, LARGEST) or b""
    refuse(findings)
    with office_here() as office:
        memory, operator = Memory(), Actor(id=login, role=Role.OPERATOR)
        try:
            found = dry_run(office, memory, data, str(file))
            answer(_told(found, spoken()))
            if not found.whole:
                raise SystemExit(NO_PLACE)
            if write:
                take_in(office, operator, memory, data, str(file), found.digest)
        except Refused as no:
            tell(say(f"page.refused.{no.code}", spoken(), **no.facts))
            raise SystemExit(1) from None
        answer(say("import.written" if write else "import.dry", spoken()))


def _told(found: DryRun, lang: Lang) -> str:
    lines = [_line(each, Voice(language=lang), lang) for each in found.lines]
    years = [say("page.book.unknown_year", lang, year=year) for year in found.unknown]
    return "\n".join([*years, *lines, f"digest {found.digest}"])


def _line(line: Line, voice: Voice, lang: Lang) -> str:
    if line.option is None or line.starts is None or line.ends is None:
        clash = "；".join(voice.pick(each.says) for each in line.against)
        help_ = "；".join(voice.pick(each) for each in line.cures)
        return say(
            "import.lot-unplaced", lang, row=line.row, lot=line.draft.lot, clash=clash, cures=help_ or "–"
        )
    places = ", ".join(f"{site}:{seats}" for site, seats in line.option.guests)
    host = f"{line.option.host}:{line.option.host_seats}"
    window = voice.window(line.starts, line.ends)
    return say(
        "import.lot-placed", lang, row=line.row, lot=line.draft.lot, window=window, host=host, guests=places
    )

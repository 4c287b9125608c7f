"""Which bytes does a file hold, if it can be read at all?"""

from pathlib import Path

from api.intake.faults import WHOLE, Findings

LARGEST = 64 * 2**20  # bytes; a pool of 60 000 experts takes 4 MiB


def load(path: Path, findings: Findings, largest: int = LARGEST) -> bytes | None:
    """The bytes of the file at `path`; None, with the fault noted, when it is absent or above `largest`."""
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except FileNotFoundError:
        findings.note(1, WHOLE, "intake.file-missing")
    except IsADirectoryError:
        findings.note(1, WHOLE, "intake.file-folder")
    except PermissionError:
        findings.note(1, WHOLE, "intake.file-denied")
    except (OSError, ValueError) as fault:  # ValueError: a name that no file can have
        findings.note(1, WHOLE, "intake.file-unreadable", reason=getattr(fault, "strerror", None) or fault)
    else:
        if len(data) <= largest:
            return data
        findings.note(1, WHOLE, "intake.file-big", most=largest // 2**20)
    return None

"""How does a command end when files are faulty, the reader goes away or a person interrupts it?"""

import errno
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from api.intake.faults import Faults
from api.words import Lang, lang_of, say

BAD_INPUT = 2
INTERRUPTED = 130  # 128 + SIGINT, as shells count

# what cannot be read is a fault of the file, told by the reading and not as wrong usage
FILE = click.Path(path_type=Path, readable=False)

P = ParamSpec("P")


def spoken() -> Lang:
    """The language of this installation, from YUANPING_LANG."""
    return lang_of(os.environ.get("YUANPING_LANG"))


def tell(text: str) -> None:
    """One line for people, on standard error."""
    click.echo(text.encode("utf-8", "backslashreplace"), err=True)


def answer(text: str) -> None:
    """The command's answer, on standard output, in UTF-8 whatever the terminal claims."""
    if not sys.stdout:  # started with its output closed
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    click.echo(text.encode("utf-8", "backslashreplace"))
    sys.stdout.flush()


def orderly(command: Callable[P, None]) -> Callable[P, None]:
    """Faults: one line each and exit 2. Ctrl-C: one line and exit 130. A reader that left: a quiet end."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Faults as found:
            for fault in found.faults:
                tell(fault.line(spoken()))
            raise SystemExit(BAD_INPUT) from None
        except BrokenPipeError:
            _hush()
        except KeyboardInterrupt:
            tell(say("ending.interrupted", spoken()))
            raise SystemExit(INTERRUPTED) from None
        except OSError as fault:  # only writing the answer can fail here: reading notes its own faults
            _hush()
            tell(say("ending.unwritable", spoken(), reason=fault.strerror or fault))
            raise SystemExit(BAD_INPUT) from None

    return run


def _hush() -> None:
    """Keep the interpreter from flushing into a closed or full output once more when it exits."""
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

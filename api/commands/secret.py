"""How does a custodian's command get at the seed? A key file on this machine, and its passphrase."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.ending import BAD_INPUT, spoken, tell
from api.words import say

if TYPE_CHECKING:
    from crypto.seats import Own

_PASSPHRASE = "YUANPING_PASSPHRASE"

key_option = click.option(
    "--key", type=click.Path(path_type=Path, dir_okay=False), required=True, help="密钥文件 / key file"
)


def own_of_file(key: Path) -> "Own":
    """The custodian's own keys; exit 2 with a sentence when the file or the passphrase does not do."""
    from api.keyring import CUSTODIAN
    from crypto.errors import CryptoError
    from crypto.keyfile import unlock
    from crypto.seats import own_of

    try:
        opened = unlock(key.read_bytes(), passphrase(confirm=False), CUSTODIAN)
        return own_of(opened.name, opened.secrets["seed"])
    except (OSError, CryptoError, KeyError) as fault:
        tell(say("keys.missing", spoken(), reason=f"{key}: {fault}"))
        raise SystemExit(BAD_INPUT) from None


def passphrase(*, confirm: bool) -> str:
    """From the environment, else asked for."""
    given = os.environ.get(_PASSPHRASE)
    return given or str(
        click.prompt("口令 / passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
    )

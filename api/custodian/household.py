"""How do all custodians of a trial live on one machine? Each has a folder with its own key, trust file and memory.

In earnest each folder is another institution's machine; the centre never reads one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from api import keyring
from api.keyring import CUSTODIANS
from api.services.auditing import trust_of
from crypto.keyfile import Effort

FOLDER = "custodians"
KEY, PASSPHRASE, TRUST, DATA, FAULTS = "custodian.key", "passphrase", "trust.json", "data", "agent.err"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One custodian's folder."""

    name: str
    folder: Path

    @property
    def key(self) -> Path:
        """The custodian's seed behind its passphrase."""
        return self.folder / KEY

    @property
    def trust(self) -> Path:
        """What the custodian pins."""
        return self.folder / TRUST

    @property
    def data(self) -> Path:
        """What its agent has seen and promised."""
        return self.folder / DATA

    @property
    def faults(self) -> Path:
        """What its process said on standard error."""
        return self.folder / FAULTS

    def passphrase(self) -> str:
        """The passphrase, which lies beside its file on a trial's machine only."""
        return (self.folder / PASSPHRASE).read_text("utf-8")


def settle(
    folder: Path,
    secret_file: Path,
    entropy: Callable[[int], bytes],
    effort: Effort | None,
    holders: Sequence[str] = CUSTODIANS,
) -> tuple[Home, ...]:
    """New custodians under `folder`, enrolled at the centre of this secret file. Refuses to overwrite any.

    `holders`: their names, those whom the rule pack gives a share.
    """
    homes, cards = tuple(Home(name=name, folder=folder / name) for name in holders), []
    for home in homes:
        home.folder.mkdir(parents=True)
        keyring.write_private(home.folder / PASSPHRASE, entropy(16).hex().encode())
        keyring.make_custodian(home.key, home.name, home.passphrase(), entropy, effort)
        cards.append(keyring.open_custodian(home.key, home.passphrase()).public())
    keyring.enrol(secret_file, cards)
    trust = trust_of(keyring.load(secret_file))
    for home in homes:
        home.trust.write_bytes(trust)
    return homes


def homes_in(folder: Path) -> tuple[Home, ...]:
    """The custodians who live under `folder`, by name."""
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    homes = (Home(name=each.name, folder=each) for each in found)
    return tuple(home for home in homes if home.key.exists())

"""Is docs/formats/bundle.md enough to write another verifier? One that was written from it reads our bundles."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from nacl.exceptions import BadSignatureError

from api.demo.people import OPERATOR
from api.services import closing, revealing
from api.store.db import Database
from api.store.schema import upgrade
from fixtures.bundles import make as bundles
from scheduler.bundle import BundleKind
from tests import stranger, town

BUNDLES = Path(__file__).resolve().parents[1] / "fixtures" / "bundles"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[town.Town]:
    """The town after one evaluation, at F6."""
    folder: Path = tmp_path_factory.mktemp("stranger")
    database = Database(f"sqlite:///{folder / 'town.db'}")
    upgrade(database)
    here = town.found(database).drawn().blinded()
    here.score_all()
    for verb in (closing.close, closing.total, revealing.reveal, revealing.report):
        verb(here.office, OPERATOR, here.lot)
    yield here
    database.close()


def test_a_strangers_verifier_accepts_a_full_bundle(lived: town.Town) -> None:
    """Keys, pool, draw, sheets, totals and bidders check out by the page alone."""
    reader = stranger.Reader(lived.bundle())
    assert reader.check_keys() == 3  # one round's seeds, scores, bidders
    assert reader.check_pool() > 0
    assert reader.check_draws() == 1
    assert len(reader.check_scores()) == 3


def test_a_strangers_verifier_follows_members_seated_elsewhere() -> None:
    """The sample bundle tells it whole; in the broken one somebody went who had no reason to."""
    folder = Path(__file__).parents[1] / "fixtures" / "bundles"
    assert stranger.Reader((folder / "good.reseated.jsonl").read_bytes()).check_seats() > 0
    assert stranger.Reader((folder / "good.full.jsonl").read_bytes()).check_seats() == 0
    broken = stranger.Reader((folder / "13-member-sent-to-another-city.jsonl").read_bytes())
    with pytest.raises((AssertionError, KeyError)):
        broken.check_seats()


def test_a_strangers_verifier_accepts_a_public_bundle(lived: town.Town) -> None:
    """The draw checks out without pool and sheets, which are not there."""
    reader = stranger.Reader(lived.bundle(BundleKind.PUBLIC))
    assert reader.check_keys() == 3
    assert reader.check_draws() == 1
    assert set(reader.opened) == {"seeds/1"}


def test_a_strangers_verifier_follows_the_standbys() -> None:
    """Their rounds follow from seeds and lotteries as well, and seats fall to them in the order of their ranks."""
    reader = stranger.Reader((BUNDLES / "good.standby.jsonl").read_bytes())
    assert reader.check_draws() == 4
    assert reader.check_standbys() == 1
    assert reader.check_deliveries() == 7
    assert reader.check_seats() == 0
    assert len(reader.check_scores()) == 3


def test_a_strangers_verifier_checks_experts_own_signatures() -> None:
    """Who answered and whose device it was check out by the page alone, and a swapped device is noticed."""
    folder = Path(bundles.__file__).parent
    assert stranger.Reader((folder / "good.archived.jsonl").read_bytes()).check_signatures() == 10
    swapped = stranger.Reader((folder / "19-certificate-of-another-device.jsonl").read_bytes())
    with pytest.raises(BadSignatureError):
        swapped.check_signatures()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_strangers_verifier_notices_a_changed_digit(lived: town.Town, share: float) -> None:
    """One other digit anywhere, and it stops."""
    data = bytearray(lived.bundle())
    at = next(i for i in range(int(len(data) * share), len(data)) if data[i : i + 1].isdigit())
    data[at] = ord("1") if data[at] != ord("1") else ord("2")
    with pytest.raises(Exception, match=r".*"):
        stranger.Reader(bytes(data))

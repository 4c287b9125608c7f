"""Where the winning ticket comes from: every party's pledged seed, opened only after the lottery is fixed."""

from collections.abc import Mapping

from crypto.canonical import digest, unhex
from crypto.envelope import Context, open_
from crypto.errors import CryptoError
from scheduler.events import Digest
from scheduler.model import LotId


def contribution(private: bytes, deposit: bytes, context: Context) -> bytes:
    """32 bytes: the deposited seed, or the hash of the deposit when it is rubbish, so nobody gains by it."""
    try:
        return unhex(open_(private, deposit, context), 32)
    except CryptoError:
        return digest("yuanping/contribution/rubbish/v1", deposit)


def ticket_seed(
    lottery: Digest, lot: LotId, attempt: int, round_number: int, parts: Mapping[str, bytes]
) -> bytes:
    """The labelled hash of all contributions and of what they decide about; parties in order of name."""
    pieces = [piece for party in sorted(parts) for piece in (party.encode("utf-8"), parts[party])]
    place = f"{attempt}/{round_number}".encode()
    return digest("yuanping/ticket/v1", bytes.fromhex(lottery), lot.encode("utf-8"), place, *pieces)

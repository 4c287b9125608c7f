"""`yuanping custodian backup|restore`: a custodian's seed as lists of words on paper, and back."""

from pathlib import Path

import click

from api.commands.ending import BAD_INPUT, answer, orderly, spoken, tell
from api.commands.secret import key_option, own_of_file, passphrase
from api.words import say


@click.command("backup")
@key_option
@click.option("--lists", default=3, show_default=True, type=click.IntRange(2, 16), help="份数 / lists in all")
@click.option("--needed", default=2, show_default=True, type=click.IntRange(2, 16), help="需要几份 / needed")
@orderly
def backup(key: Path, lists: int, needed: int) -> None:
    """把种子写成几份助记词，抄在纸上分开存放 / the seed as lists of words, to be written down and kept apart."""
    from crypto.paper import to_words

    if needed > lists:
        tell(say("custodian.paper.needed", spoken()))
        raise SystemExit(BAD_INPUT)
    own = own_of_file(key)
    found = to_words(own.seed, needed, lists)
    for number, words in enumerate(found, 1):
        answer(
            say("custodian.paper.list", spoken(), name=own.name, number=number, lists=lists, needed=needed)
        )
        each = words.split()
        for start in range(0, len(each), 4):
            row = each[start : start + 4]
            answer("  " + "".join(f"{start + i:2d} {word:<12}" for i, word in enumerate(row, 1)).rstrip())
    tell(say("custodian.paper.written", spoken(), needed=needed))


@click.command("restore")
@click.argument("name")
@key_option
@click.option(
    "--words",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="文件，每行一份；不给则逐份询问 / a file, one list a line; else asked for one by one",
)
@orderly
def restore(name: str, key: Path, words: Path | None) -> None:
    """由助记词恢复密钥文件，绝不覆盖 / the key file anew from lists of words; never replaces one."""
    from api import clock, keyring
    from crypto.errors import CryptoError
    from crypto.keys import fingerprint
    from crypto.paper import from_words

    given = words.read_text("utf-8").splitlines() if words else _asked()
    try:
        seed = from_words([_plain(text) for text in given if text.strip()])
    except CryptoError as fault:
        tell(_told(fault))
        raise SystemExit(BAD_INPUT) from None
    try:
        keyring.make_custodian(key, name, passphrase(confirm=True), clock.entropy, seed=seed)
    except FileExistsError:
        tell(say("keys.there", spoken(), file=key))
        raise SystemExit(BAD_INPUT) from None
    restored = keyring.custodian_keys(name, seed)
    answer(say("custodian.paper.restored", spoken(), file=key, sign=fingerprint(restored.sign.public)))


def _asked() -> list[str]:
    """Lists until an empty one."""
    found: list[str] = []
    while text := click.prompt(f"{len(found) + 1}", default="", show_default=False, err=True):
        found.append(text)
    return found


def _plain(text: str) -> str:
    """Words alone: the numbers of the printed list may be typed along."""
    return " ".join(word for word in text.split() if not word.isdecimal())


def _told(fault: Exception) -> str:
    """What is wrong with the lists, and where to look."""
    from crypto.paper import Mixed, WrongList, WrongWord

    match fault:
        case WrongWord():
            facts = {"list": fault.share, "word": fault.word, "text": fault.text}
            return say("custodian.paper.word", spoken(), **facts)
        case WrongList():
            return say("custodian.paper.damaged", spoken(), list=fault.share)
        case Mixed():
            return say("custodian.paper.mixed", spoken())
    return say("custodian.paper.few", spoken(), reason=fault)

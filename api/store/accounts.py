"""Who may log in, as whom, and is this the right password?"""

from dataclasses import dataclass
from unicodedata import normalize

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlmodel import Session, col, select

from api.store.tables import AccountRow
from scheduler.model import Role, SiteId

SALT = 16  # bytes of entropy for a password

# RFC 9106 §4, second choice: 64 MiB, 3 passes, 4 lanes.
_MEMORY, _PASSES, _LANES, _LENGTH = 64 * 1024, 3, 4, 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A login in exactly one role, and the site, expert or organisation it stands for.

    `label` is what screens call it and never an expert's name; `demo` accounts open with one click.
    """

    login: str
    role: Role
    label: str
    demo: bool = False
    site: SiteId | None = None
    expert: str | None = None  # register number
    organisation: str | None = None  # 统一社会信用代码


def account(session: Session, login: str) -> Account | None:
    """The account of this login, if there is one."""
    row = session.get(AccountRow, login)
    return _account(row) if row else None


def accounts(session: Session, *, demo: bool | None = None) -> tuple[Account, ...]:
    """All accounts by login, or only those that (do not) open with one click."""
    query = select(AccountRow).order_by(col(AccountRow.login))
    if demo is not None:
        query = query.where(col(AccountRow.demo) == demo)
    return tuple(_account(row) for row in session.exec(query))


def put_account(session: Session, wanted: Account, *, password: str | None = None, salt: bytes = b"") -> None:
    """Create or change an account. `password` with 16 bytes of entropy as `salt` replaces the old one;
    without it the old one stays."""
    row = session.get(AccountRow, wanted.login)
    values = {name: getattr(wanted, name) for name in wanted.__slots__}
    if row is None:
        row = AccountRow(**values)
    else:
        row.sqlmodel_update(values)
    if password is not None:
        row.password = hash_password(password, salt)
    session.add(row)
    session.flush()


def password_fits(session: Session, login: str, password: str) -> bool:
    """Whether this password opens this login; takes as long for a login that does not exist."""
    row = session.get(AccountRow, login)
    known = row.password if row else None
    try:
        Argon2id.verify_phc_encoded(password.encode("utf-8"), known or _nobodys())
    except InvalidKey:
        return False
    return known is not None


def opened_by(session: Session, login: str, password: str) -> Role | None:
    """The role this password opens; None for a wrong one and for an unknown login alike."""
    known, right = account(session, login), password_fits(session, login, password)
    return known.role if known is not None and right else None


def one_click(session: Session, login: str) -> Role | None:
    """The role of a login that one click opens; None for any other."""
    known = account(session, login)
    return known.role if known is not None and known.demo else None


def hash_password(password: str, salt: bytes) -> str:
    """The Argon2id hash in PHC form. An empty password or a salt that is not 16 bytes: ValueError."""
    if not password or len(salt) != SALT:
        raise ValueError(f"a password must not be empty and wants {SALT} bytes of salt")
    cost = Argon2id(salt=salt, length=_LENGTH, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY)
    return cost.derive_phc_encoded(normalize("NFC", password).encode("utf-8"))  # as forms give it


def _nobodys() -> str:
    """A hash of the same cost that no password fits."""
    return f"$argon2id$v=19$m={_MEMORY},t={_PASSES},p={_LANES}${'A' * 22}${'A' * 43}"


def _account(row: AccountRow) -> Account:
    return Account(
        login=row.login,
        role=row.role,
        label=row.label,
        demo=row.demo,
        site=SiteId(row.site) if row.site else None,
        expert=row.expert,
        organisation=row.organisation,
    )

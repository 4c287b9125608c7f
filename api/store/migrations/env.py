"""How Alembic meets our tables: on a connection that api/store/schema.py hands over.

Every module of api.store is imported, so that autogenerate sees the tables of all of them.
To write a new revision after changing or adding tables, from the root of the repository:

    python -m api.store.revise "what changed, in one line"

then read the new file under versions/, correct it where autogenerate guessed, and commit it.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import sqlalchemy as sa
from alembic import context
from sqlmodel import AutoString, SQLModel

import api.store
from api.store.db import UtcDateTime

for module in iter_modules(api.store.__path__):
    if not module.ispkg and module.name != "revise":
        import_module(f"api.store.{module.name}")


def plain(kind: str, value: Any, _: Any) -> str | bool:
    """Revisions name SQLAlchemy's own types only: they must run when our classes have changed."""
    if kind != "type":
        return False
    if isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(value, AutoString | sa.Enum):
        return f"sa.String(length={value.length})" if value.length else "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_item=plain,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
)
context.run_migrations()

"""Alembic revisions; they travel inside the wheel."""

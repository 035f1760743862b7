"""Watches: saved movement questions, and what was found each time they were looked at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "watch",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("clearance", sa.Text, nullable=False),
        sa.Column("question", sa.JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("removed_at", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_watch"),
    )
    op.create_table(
        "watch_look",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("watch", sa.String(32), nullable=False),
        sa.Column("looked_at", sa.BigInteger, nullable=False),
        sa.Column("found", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_watch_look"),
        sa.ForeignKeyConstraint(["watch"], ["watch.id"], name="fk_watch_look_watch"),
    )
    op.create_index("ix_watch_look_watch", "watch_look", ["watch"])

"""The first schema: operation, versions, releases, heads, withdrawals, drafts, builds, tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "operation",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("exercise", sa.Boolean, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_operation"),
    )
    op.create_table(
        "transaction_clock",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transaction_clock"),
    )
    op.create_table(
        "version",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("layer", sa.Text, nullable=False),
        sa.Column("feature_count", sa.Integer, nullable=False),
        sa.Column("exercise", sa.Boolean, nullable=False),
        sa.Column("part_sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_version"),
    )
    _create_history()
    _create_draft()
    _create_build_and_token()


def _create_history() -> None:
    op.create_table(
        "release",
        sa.Column("layer", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("predecessor", sa.String(64), nullable=True),
        sa.Column("published_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("layer", "number", name="pk_release"),
        sa.ForeignKeyConstraint(["version"], ["version.id"], name="fk_release_version"),
        sa.ForeignKeyConstraint(["predecessor"], ["version.id"], name="fk_release_predecessor"),
        sa.UniqueConstraint("published_at", name="uq_release_published_at"),
    )
    op.create_index("ix_release_version", "release", ["version"])
    op.create_table(
        "head",
        sa.Column("layer", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("layer", name="pk_head"),
        sa.ForeignKeyConstraint(
            ["layer", "number"], ["release.layer", "release.number"], name="fk_head_layer"
        ),
    )
    op.create_table(
        "withdrawal",
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_withdrawal"),
        sa.ForeignKeyConstraint(["version"], ["version.id"], name="fk_withdrawal_version"),
    )


def _create_draft() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("layer", sa.Text, nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("base", sa.String(64), nullable=True),
        sa.Column("base_number", sa.Integer, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("report", sa.JSON, nullable=True),
        sa.Column("source_name", sa.Text, nullable=True),
        sa.Column("source_sha256", sa.String(64), nullable=True),
        sa.Column("carried_over", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("published_as", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sa.ForeignKeyConstraint(["version"], ["version.id"], name="fk_draft_version"),
        sa.ForeignKeyConstraint(["base"], ["version.id"], name="fk_draft_base"),
    )
    op.create_index("ix_draft_layer", "draft", ["layer"])


def _create_build_and_token() -> None:
    op.create_table(
        "build",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("registered_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_build"),
        sa.UniqueConstraint("registered_at", name="uq_build_registered_at"),
    )
    op.create_table(
        "token",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("clearance", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_token"),
        sa.UniqueConstraint("digest", name="uq_token_digest"),
    )

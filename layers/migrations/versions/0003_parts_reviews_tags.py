"""Versions of several parts, drafts that are reviewed, tags, what derived layers came from, and a seal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _split_versions()
    _review_drafts()
    _create_tags()
    op.create_table(
        "derivation",
        sa.Column("layer", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("inputs", sa.JSON, nullable=False),
        sa.Column("inputs_sha256", sa.String(64), nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("layer", "number", name="pk_derivation"),
        _release_reference("fk_derivation_layer"),
    )
    op.create_table(
        "seal",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("row_count", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_seal"),
    )


def _split_versions() -> None:
    op.create_table(
        "version_part",
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("version", "number", name="pk_version_part"),
        sa.ForeignKeyConstraint(["version"], ["version.id"], name="fk_version_part_version"),
    )
    op.execute(
        "INSERT INTO version_part (version, number, sha256) SELECT id, 0, part_sha256 FROM version"
    )
    # Not through a batch: it would make the table anew while others refer to it.
    op.drop_column("version", "part_sha256")


def _review_drafts() -> None:
    op.add_column("draft", sa.Column("state", sa.Text, nullable=False, server_default="open"))
    op.add_column("draft", sa.Column("revision", sa.Integer, nullable=False, server_default="0"))
    op.execute("UPDATE draft SET state = 'published' WHERE published_as IS NOT NULL")
    op.create_table(
        "draft_event",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("draft", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=True),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("happened_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_draft_event"),
        sa.ForeignKeyConstraint(["draft"], ["draft.id"], name="fk_draft_event_draft"),
        sa.ForeignKeyConstraint(["version"], ["version.id"], name="fk_draft_event_version"),
    )
    op.create_index("ix_draft_event_draft", "draft_event", ["draft"])
    op.execute(
        "INSERT INTO draft_event (draft, action, author, text, version, happened_at) "
        "SELECT id, 'made', author, NULL, version, created_at FROM draft ORDER BY created_at, id"
    )


def _create_tags() -> None:
    op.create_table(
        "tag",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("tagged_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_tag"),
    )
    op.create_table(
        "tag_release",
        sa.Column("tag", sa.Text, nullable=False),
        sa.Column("layer", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("tag", "layer", name="pk_tag_release"),
        sa.ForeignKeyConstraint(["tag"], ["tag.name"], name="fk_tag_release_tag"),
        _release_reference("fk_tag_release_layer"),
    )


def _release_reference(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["layer", "number"], ["release.layer", "release.number"], name=name
    )

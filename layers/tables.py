"""The catalogue's tables, as SQLAlchemy Core.

``layers/migrations`` makes them; a test holds that both say the same.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

SCHEMA_REVISION = "0003"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware datetime, kept as whole microseconds since 1970 so that it sorts and never rounds."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:  # noqa: ARG002
        """Turn a datetime into microseconds."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Turn microseconds into a datetime in UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def _version_reference(name: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), sa.ForeignKey("version.id"), **options)


operation = sa.Table(
    "operation",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("exercise", sa.Boolean, nullable=False),
    sa.Column("time_zone", sa.Text, nullable=False),
)

transaction_clock = sa.Table(
    "transaction_clock",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("last_at", Instant, nullable=False),
)

version = sa.Table(
    "version",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("layer", sa.Text, nullable=False),
    sa.Column("feature_count", sa.Integer, nullable=False),
    sa.Column("exercise", sa.Boolean, nullable=False),
)

version_part = sa.Table(
    "version_part",
    metadata,
    _version_reference("version", primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sha256", sa.String(64), nullable=False),
)

release = sa.Table(
    "release",
    metadata,
    sa.Column("layer", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    _version_reference("version", nullable=False, index=True),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    _version_reference("predecessor", nullable=True),
    sa.Column("published_at", Instant, nullable=False, unique=True),
)

head = sa.Table(
    "head",
    metadata,
    sa.Column("layer", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["layer", "number"], ["release.layer", "release.number"]),
)

withdrawal = sa.Table(
    "withdrawal",
    metadata,
    _version_reference("version", primary_key=True),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("withdrawn_at", Instant, nullable=False),
)

draft = sa.Table(
    "draft",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("layer", sa.Text, nullable=False, index=True),
    _version_reference("version", nullable=False),
    _version_reference("base", nullable=True),
    sa.Column("base_number", sa.Integer, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("report", sa.JSON, nullable=True),
    sa.Column("source_name", sa.Text, nullable=True),
    sa.Column("source_sha256", sa.String(64), nullable=True),
    sa.Column("carried_over", sa.Integer, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("published_as", sa.Integer, nullable=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
)

draft_event = sa.Table(
    "draft_event",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("draft", sa.Text, sa.ForeignKey("draft.id"), nullable=False, index=True),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=True),
    _version_reference("version", nullable=False),
    sa.Column("happened_at", Instant, nullable=False),
)

tag = sa.Table(
    "tag",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("tagged_at", Instant, nullable=False),
)

tag_release = sa.Table(
    "tag_release",
    metadata,
    sa.Column("tag", sa.Text, sa.ForeignKey("tag.name"), primary_key=True),
    sa.Column("layer", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["layer", "number"], ["release.layer", "release.number"]),
)

derivation = sa.Table(
    "derivation",
    metadata,
    sa.Column("layer", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("inputs", sa.JSON, nullable=False),
    sa.Column("inputs_sha256", sa.String(64), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.ForeignKeyConstraint(["layer", "number"], ["release.layer", "release.number"]),
)

seal = sa.Table(
    "seal",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("row_count", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
)

build = sa.Table(
    "build",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("registered_at", Instant, nullable=False, unique=True),
)

token = sa.Table(
    "token",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("clearance", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant, nullable=True),
)

watch = sa.Table(
    "watch",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("clearance", sa.Text, nullable=False),
    sa.Column("question", sa.JSON, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("removed_at", Instant, nullable=True),
)

watch_look = sa.Table(
    "watch_look",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("watch", sa.String(32), sa.ForeignKey("watch.id"), nullable=False, index=True),
    sa.Column("looked_at", Instant, nullable=False),
    sa.Column("found", sa.JSON, nullable=False),
)

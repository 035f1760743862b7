"""The register of graph builds: which one serves since when."""

from __future__ import annotations

import sqlalchemy as sa

from lca.errors import InvalidInput

from .catalogue import next_transaction
from .release import BuildRef
from .tables import build
from .workspace import Workspace


def register(workspace: Workspace, digest: str, name: str, message: str) -> BuildRef:
    """Make a graph build the one that answers; the one that serves already stays as it is.

    Parameters
    ----------
    digest : str
        The content digest of the build, which is also its folder's name.
    """
    if not digest.isalnum():
        raise InvalidInput(f"{digest!r} is not a digest.", do_next="Give the build's digest.")
    columns = (build.c.number, build.c.digest, build.c.name, build.c.registered_at)
    with workspace.catalogue.write() as connection:
        last = connection.execute(
            sa.select(*columns).order_by(build.c.number.desc()).limit(1)
        ).one_or_none()
        if last is not None and (last.digest, last.name) == (digest, name):
            return BuildRef(last.digest, last.name, last.registered_at)
        added = BuildRef(digest, name, next_transaction(connection, workspace.now()))
        connection.execute(
            sa.insert(build).values(
                number=last.number + 1 if last else 1,
                digest=digest,
                name=name,
                message=message,
                registered_at=added.registered_at,
            )
        )
    return added

"""``lca layer edit``: change, confirm or end many features at once, with one reason."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from layers.bulk import BulkEdit, changes_from, draft_edits, publish_edits, selected
from layers.edits import ChangeFeature, ConfirmFeature, Edit, EndConstraint
from layers.filters import parse_filter
from layers.spec import LayerSpec
from lca.errors import UsageError
from lca.geo import BBox
from lca.vocab import Sensitivity

from .context import Author, Instant, JsonFlag, session_of
from .layer import ConfirmLift, LayerName
from .layer import app as layer_app

_ALL = Sensitivity.STRICTLY_CONFIDENTIAL


@layer_app.command("edit")
def edit_features(
    ctx: typer.Context,
    layer: LayerName,
    author: Author,
    reason: Annotated[str, typer.Option(help="Why; it becomes the release note.")],
    ids: Annotated[str | None, typer.Option(help="Ids of features, separated by commas.")] = None,
    chosen: Annotated[
        str | None, typer.Option("--filter", metavar="CQL2", help="As \"status = 'unknown'\".")
    ] = None,
    bbox: Annotated[str | None, typer.Option(help="west,south,east,north in degrees.")] = None,
    fields: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Repeatable; empty for not known."),
    ] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="Still as recorded.")] = False,
    end: Annotated[bool, typer.Option("--end", help="The constraints have ended.")] = False,
    source: Annotated[str | None, typer.Option(help="Organisation that says so.")] = None,
    date: Instant = None,
    draft: Annotated[bool, typer.Option("--draft", help="Keep it in a new draft.")] = False,
    into: Annotated[str | None, typer.Option(help="Keep it in this draft.")] = None,
    base: Annotated[
        str | None, typer.Option(help="Refuse what has changed since this version.")
    ] = None,
    confirm_lift: ConfirmLift = None,
    as_json: JsonFlag = False,
) -> None:
    """Change, confirm or end the chosen features in one version: all of them, or none.

    Every feature meets all of --ids, --filter and --bbox. Exit code 4 lists each refused edit.
    """
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    spec = store.workspace.spec(layer)
    # What is chosen by what it is like must still be so when it is changed.
    seen = store.head(layer) if (chosen or bbox) and into is None else None
    keys = selected(
        store,
        layer,
        clearance=_ALL,
        ids=[key.strip() for key in ids.split(",")] if ids else None,
        bbox=BBox.parse(bbox) if bbox else None,
        chosen=parse_filter(chosen, spec) if chosen else None,
    )
    told = _Told(source, date or store.now(), reason, dated=date is not None)
    edits = _edits(spec, keys, fields or [], told, confirm=confirm, end=end)
    known = base or (seen.version if seen else None)
    bulk = BulkEdit(layer, edits, author, reason, _ALL, known)
    if draft or into is not None:
        kept = draft_edits(store, bulk, into=into)
        session.data(
            kept.as_json(),
            f"Draft {kept.id}: {kept.summary}.\nTo publish it: lca layer publish {layer} "
            f"--draft {kept.id}",
        )
        return
    release = publish_edits(store, bulk, confirm_lifts=frozenset(confirm_lift or ()))
    session.data(
        {"release": release.as_json(), "ids": list(keys)},
        f"{len(keys)} feature(s) in {layer} version {release.number} ({release.version[:12]}).",
    )


class _Told:
    """Who says what the edits say, as of when and why."""

    def __init__(self, source: str | None, at: datetime, reason: str, *, dated: bool) -> None:
        self.source = source
        self.at = at
        self.reason = reason
        self.provenance = {
            **({} if source is None else {"source_org": source}),
            **({"date_of_information": at} if dated else {}),
        }

    def named(self) -> str:
        """Return the source; UsageError without one."""
        if self.source is None:
            raise UsageError("Nobody is named who says so.", do_next="Give --source ORGANISATION.")
        return self.source


def _edits(
    spec: LayerSpec,
    keys: tuple[str, ...],
    fields: list[str],
    told: _Told,
    *,
    confirm: bool,
    end: bool,
) -> list[Edit]:
    if sum((bool(fields), confirm, end)) != 1:
        raise UsageError(
            "It is not clear what is to be done.",
            do_next="Give one of --set FIELD=VALUE, --confirm and --end.",
        )
    if confirm:
        return [ConfirmFeature(key, told.named(), told.at, told.reason) for key in keys]
    if end:
        return [EndConstraint(key, told.named(), told.at, told.reason) for key in keys]
    changes = {**told.provenance, **changes_from(spec, fields)}
    return [ChangeFeature(key, changes, told.reason) for key in keys]

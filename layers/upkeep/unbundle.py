"""A bundle's versions into a store: as a draft like any import, or as the history of an empty layer."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from layers.closures import require_records
from layers.content import Snapshot
from layers.draft import Draft
from layers.publish import HeadMoved, Swap, swap_history
from layers.release import Release
from layers.spec import Review
from layers.store import Store
from lca.errors import Conflict, InvalidInput, NeedsReview, UnreadableFile
from lca.vocab import Sensitivity

from .bundle import Bundle


def draft_from_bundle(store: Store, path: Path, *, author: str) -> Draft:
    """Draft the newest version of a bundle, by the same rules as any import.

    No constraint ends because the bundle lacks it, and nothing is published.
    """
    with ExitStack() as stack:
        bundle = Bundle.open(stack, path, store.specs)
        newest = bundle.about.releases[-1]
        content = bundle.content(newest, store.workspace.spec(bundle.about.layer))
        return store.draft(
            bundle.about.layer,
            content.frame,
            author,
            f"Version {newest.number} of {bundle.about.operation or 'another store'}",
            source_name=path.name,
            clearance=Sensitivity.STRICTLY_CONFIDENTIAL,
        )


def publish_from_bundle(store: Store, path: Path, *, author: str) -> list[Release]:
    """Publish a bundle's history into a layer that has none, all of it in one transaction.

    The versions keep their ids. Their time is now, because this store did not know them before;
    when and by whom they were first published stands in each message.

    Raises
    ------
    Conflict
        If the layer has a release: then a draft shows what the bundle would change.
    NeedsReview
        If the layer asks for a review.
    InvalidInput
        If the bundle is exercise data and the operation is not, or the other way round.
    UnreadableFile
        If it is damaged, lies, or holds rows that no import would have kept as they are.
    """
    with ExitStack() as stack:
        bundle = Bundle.open(stack, path, store.specs)
        spec = store.workspace.edited_spec(bundle.about.layer)
        if spec.review is not Review.NONE:
            raise NeedsReview(
                "The layer publishes nothing that was not reviewed here.",
                where=spec.title,
                do_next="Unbundle it without --as-release, and submit the draft.",
            )
        operation = store.operation
        if operation is not None and operation.exercise != bundle.about.exercise:
            raise InvalidInput(
                "Exercise data and real data are never mixed.",
                where=path.name,
                do_next="Unbundle it into a store of its own.",
            )
        swaps: list[Swap] = []
        for item in bundle.about.releases:
            if swaps and swaps[-1].content.version == item.version:
                continue
            content = bundle.content(item, spec)
            _require_normal(store, content, path.name)
            message = f"{item.message} (published {item.published_at} by {item.author})"
            swaps.append(Swap(content, len(swaps), "publish", author, message))
        require_records(spec, None, swaps[-1].content)
        try:
            return swap_history(store.workspace, swaps)
        except HeadMoved:
            raise Conflict(
                "The layer has been published here already.",
                where=spec.title,
                do_next="Unbundle it without --as-release: a draft shows what it would change.",
            ) from None


def _require_normal(store: Store, content: Snapshot, where: str) -> None:
    """Refuse rows that this store would have kept in another form, or in other parts.

    What nobody checked when it was made would pass the guards of later changes unseen.
    """
    anew = store.workspace.snapshot(content.layer, content.frame)
    if [part.digest for part in anew.parts] != [part.digest for part in content.parts]:
        raise UnreadableFile(
            f"The bundle is refused: version {content.version[:12]} is not in normal form.",
            where=where,
            do_next="Ask its sender for another; nothing was changed.",
        )

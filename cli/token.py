"""``lca token``: who may publish through the service, and see what is not public."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from layers.access import Role, create_token, list_tokens, revoke_token
from lca.instant import format_instant
from lca.vocab import Sensitivity

from .context import JsonFlag, session_of

app = typer.Typer(no_args_is_help=True)


@app.command()
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Option(help="Who it is for.")],
    role: Annotated[Role, typer.Option(help="What its holder may do.")],
    clearance: Annotated[
        Sensitivity, typer.Option(help="The most sensitive records that its holder sees.")
    ] = Sensitivity.RESTRICTED,
    days: Annotated[int, typer.Option(min=1, max=366, help="Days until it expires.")] = 30,
    as_json: JsonFlag = False,
) -> None:
    """Make a token and print it: the only time that it can be read."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    expires_at = store.now() + timedelta(days=days)
    plaintext = create_token(
        store, role=role, clearance=clearance, name=name, expires_at=expires_at
    )
    session.say(f"Token of {name} ({role.value}), valid until {format_instant(expires_at)}:")
    session.data({"token": plaintext, "expires_at": expires_at}, plaintext)


@app.command("list")
def list_all(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """List the tokens; their text is not kept."""
    del as_json
    session = session_of(ctx)
    tokens = list_tokens(session.open_store())
    session.rows(
        ["ID", "NAME", "ROLE", "CLEARANCE", "EXPIRES", "REVOKED"],
        [
            (
                token.id,
                token.name,
                token.role.value,
                token.clearance.value,
                format_instant(token.expires_at),
                token.revoked_at and format_instant(token.revoked_at),
            )
            for token in tokens
        ],
        [token.as_json() for token in tokens],
    )


@app.command()
def revoke(ctx: typer.Context, token_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Revoke a token at once."""
    session = session_of(ctx)
    revoke_token(session.open_store(), token_id)
    session.say(f"Token {token_id} is revoked.")

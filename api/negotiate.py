"""Which representation of a resource the asker wants."""

from __future__ import annotations

from lca.errors import UsageError


def wants_html(accept: str | None, f: str | None) -> bool:
    """Tell whether a browser asks: ``f`` decides, else whether Accept names HTML first.

    ``*/*``, which curl and GDAL send, means JSON.
    """
    if f is not None:
        if f not in {"html", "json"}:
            raise UsageError(
                f"f={f} is not a format of this page.", where="f", do_next="Use html or json."
            )
        return f == "html"
    return quality(accept, "text/html") > quality(accept, "application/json")


def quality(accept: str | None, media_type: str) -> float:
    """Return the q value that an Accept header gives a media type by name; 0 if it does not."""
    for part in (accept or "").split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name.lower() != media_type:
            continue
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    return float(parameter[2:])
                except ValueError:
                    return 0.0
        return 1.0
    return 0.0

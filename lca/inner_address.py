"""Tell whether a redirect leads from the world into the own network, or to this very machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def leads_inward(asked: str, onward: str) -> bool:
    """Tell whether an answer of ``asked`` may not send us to ``onward``.

    Judged by the hosts' numbers; a name is for the resolver or the proxy. An address of the own
    link, as those at which clouds keep a machine's secrets, is never right.
    """
    number = _number_of(onward)
    if number is not None and number.is_link_local:
        return True
    return _is_inner(onward) and not _is_inner(asked)


def _is_inner(address: str) -> bool:
    number = _number_of(address)
    if number is None:
        return urlsplit(address).hostname == "localhost"
    return not number.is_global


def _number_of(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(urlsplit(address).hostname or "")
    except ValueError:
        return None

"""Where a request comes from."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

IPV6_NETWORK: Final = 64
"""A household or an office gets a whole /64, so that is what counts as one address."""


def caller(meta: Mapping[str, Any], proxies: int) -> str:
    """The caller's address, behind ``proxies`` of our own; empty if the server tells none (a unix socket).

    Each of our proxies has appended whom it heard to ``X-Forwarded-For``; what stands before that anybody may have
    written. With too few entries the caller came past a proxy: then the connection's own address counts.
    """
    heard = str(meta.get("REMOTE_ADDR") or "")
    if proxies:
        chain = [part.strip() for part in str(meta.get("HTTP_X_FORWARDED_FOR") or "").split(",") if part.strip()]
        if len(chain) >= proxies:
            heard = chain[-proxies]
    try:
        return str(ipaddress.ip_address(heard))
    except ValueError:
        return ""


def network(address: str) -> str:
    """What attempts from ``address`` are counted under."""
    if not address:
        return ""
    found = ipaddress.ip_address(address)
    if found.version == 4:
        return address
    return str(ipaddress.ip_network((found, IPV6_NETWORK), strict=False))

"""Names lead to the public net only.

The guard keeps a crawl on its source's hosts; but whoever owns a name may point it at a machine
of the crawler's own network. An address written out in the registry is its operator's own choice.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.abstract import isIPAddress
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, for which a name that leads to a private address leads nowhere.

    The connection is made to the very address that was looked at, so a second answer cannot slip
    in between."""

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        """The address; fails with `DNSLookupError`."""
        found = super().getHostByName(name, timeout)
        if not _says_where(name):
            found.addCallback(_must_be_public, name)
        return found


def _says_where(name: str) -> bool:
    """Whether a name is an address, or one that always means this machine (RFC 6761)."""
    return isIPAddress(name) or name == "localhost" or name.endswith(".localhost")


def _must_be_public(address: str, name: str) -> str:
    if not ipaddress.ip_address(address).is_global:
        raise DNSLookupError(f"{name} leads to {address}, which is no public address")
    return address

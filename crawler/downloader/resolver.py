"""Resolves names to public addresses only.

The offsite middleware keeps a crawl on its source's hosts, but the owner of a name may point it
at a machine of the crawler's own network. An IP address in the registry is the operator's
choice.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.abstract import isIPAddress
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address is one machine's on the public internet; an address that contains
    another (::ffff:10.0.0.1, 6to4, Teredo) must be so too."""
    ip = ipaddress.ip_address(address)
    embedded: list[ipaddress.IPv4Address | None] = []
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in _NAT64:
            embedded.append(ipaddress.IPv4Address(ip.packed[-4:]))
    every = [ip, *(each for each in embedded if each is not None)]
    return all(each.is_global and not each.is_multicast for each in every)


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, for which a name with a private address does not exist. The connection
    uses the address that was checked, so a second answer cannot replace it."""

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        """The address; fails with `DNSLookupError`."""
        address = super().getHostByName(name, timeout)
        if not _says_where(name):
            address.addCallback(_must_be_public, name)
        return address


def _says_where(name: str) -> bool:
    """Whether a name is an IP address, or one that always means this machine (RFC 6761)."""
    return isIPAddress(name) or name == "localhost" or name.endswith(".localhost")


def _must_be_public(address: str, name: str) -> str:
    if not is_public(address):
        raise DNSLookupError(f"{name} leads to {address}, which is no public address")
    return address

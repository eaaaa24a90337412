"""Where the program may talk to (外发名单): host names and networks that the administrator has written down.

A name on the list opens the public addresses it stands for. An address inside the house (loopback, private,
link-local and the like) is opened only by itself or its network on the list: a name that is made to point
there would otherwise reach what no outsider can (server-side request forgery, DNS rebinding).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*")


@dataclass(frozen=True, slots=True)
class AllowList:
    """Names, compared without regard to case and a closing dot, and networks."""

    names: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[str]) -> AllowList:
        """Read host names, addresses and networks such as `10.20.0.0/16`.

        Raises:
            ValueError: an entry is none of them; the message is a Chinese clause.

        """
        names, networks = set(), []
        for entry in entries:
            text = tidy_host(entry)
            try:
                networks.append(ip_network(text))
            except ValueError:
                # A last label of digits would be read as an address by some resolvers and not by others.
                if not _NAME.fullmatch(text) or text.rpartition(".")[2].isdecimal():
                    raise ValueError(f"“{entry}”不是主机名、IP 地址或网段") from None
                names.add(text)
        return cls(frozenset(names), tuple(networks))

    def names_host(self, host: str) -> bool:
        """Whether a host, as it stands in a web address, is on the list by its own name or address."""
        text = tidy_host(host)
        try:
            return self.names_address(text)
        except ValueError:
            return text in self.names

    def names_address(self, text: str) -> bool:
        """Whether an address lies in a network of the list.

        Raises:
            ValueError: it is no address.

        """
        address = _plain(text)
        return any(address in network for network in self.networks)

    def opens(self, text: str) -> bool:
        """Whether an address that a named host stands for may be talked to: it is public, or on the list."""
        address = _plain(text)
        public = address.is_global and not address.is_multicast
        return public or any(address in network for network in self.networks)


def tidy_host(text: str) -> str:
    """A host as it is compared: small letters, no brackets around a numbered one, no closing dot."""
    return text.strip().lower().removeprefix("[").removesuffix("]").rstrip(".")


def _plain(text: str) -> IPv4Address | IPv6Address:
    """An address, as IPv4 where IPv6 only wraps one: `::ffff:127.0.0.1` is loopback too."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address.sixtofour or address
    return address

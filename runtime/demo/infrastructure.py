"""Loads DNS zones with records, and certificates that were not requested yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from runtime.demo.customers import Customer
from runtime.demo.loader import Loader
from runtime.demo.people import TOP_LEVEL

# Addresses reserved for documentation (RFC 5737, RFC 3849).
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
_GROUPS = (
    ("Europe", "Anycast in Warsaw, Frankfurt and Paris"),
    ("Reverse", "Reverse zones of our networks"),
)
_SERVERS = ("ns-warsaw", "ns-frankfurt", "ns-paris")
_AUTHORITIES = (
    ("Let's Encrypt", "For everything in production", True),
    ("Let's Encrypt staging", "For trying things out; browsers do not trust it", False),
    ("ZeroSSL", "For names that need another authority", False),
)
_SPF = "v=spf1 mx include:_spf.mail.example -all"


def load_infrastructure(
    loader: Loader, random: Random, customers: list[Customer], count: int
) -> None:
    """Load `count` zones of companies with their records, and as many certificates as a third."""
    groups = _load_groups(loader)
    domains = sorted(
        {customer.domain: customer for customer in customers if customer.domain}.items()
    )
    domains = random.sample(domains, min(count, len(domains)))
    zones = (
        loader.load(
            "dns_zone",
            (
                {
                    "name": domain,
                    "dns_server_group": groups[0],
                    "soa_admin_email": f"hostmaster@{domain}",
                    **_soa(),
                    "created_at": customer.since,
                }
                for domain, customer in domains
            ),
        )
        if groups
        else []
    )
    loader.load(
        "dns_record",
        (
            {"zone": zone, "ttl_seconds": 3600, **record}
            for zone, (domain, _) in zip(zones, domains, strict=False)
            for record in _records(random, domain)
        ),
    )
    _load_keys(loader, random, zones)
    if len(groups) > 1:
        _load_reverse(loader, groups[1])
    _load_certificates(loader, random, [domain for domain, _ in domains[: max(1, count // 3)]])


def _soa() -> dict[str, int]:
    return {
        "soa_ttl_seconds": 3600,
        "soa_refresh_seconds": 86_400,
        "soa_retry_seconds": 7_200,
        "soa_expire_seconds": 3_600_000,
        "soa_minimum_seconds": 172_800,
    }


def _load_groups(loader: Loader) -> list[int]:
    groups = loader.load_old(
        "dns_server_group",
        ({"name": name, "description": says, "ns_ttl_seconds": 3600} for name, says in _GROUPS),
    )
    loader.load_old(
        "dns_name_server",
        (
            {"dns_server_group": group, "host": f"{name}.hosting.{TOP_LEVEL}", "position": position}
            for group in groups
            for position, name in enumerate(("ns1", "ns2", "ns3"), 1)
        ),
    )
    servers = loader.load_old(
        "dns_server",
        (
            {"name": name, "description": f"PowerDNS in {name.partition('-')[2].title()}"}
            for name in _SERVERS
        ),
    )
    loader.load_old(
        "dns_server_group_member",
        (
            {"dns_server_group": group, "dns_server": server}
            for group in groups
            for server in servers
        ),
    )
    return groups


def _records(random: Random, domain: str) -> Iterator[dict[str, Any]]:
    host = f"{random.choice(_NETWORKS)}.{random.randint(2, 254)}"
    yield {"name": "@", "kind": "a", "content": host}
    yield {"name": "@", "kind": "aaaa", "content": f"2001:db8:{random.randint(1, 0xFFFF):x}::1"}
    yield {"name": "www", "kind": "cname", "content": f"{domain}."}
    yield {"name": "@", "kind": "mx", "priority": 10, "content": f"mail.{domain}."}
    yield {"name": "mail", "kind": "a", "content": host}
    yield {"name": "@", "kind": "txt", "content": _SPF}
    if random.random() < 0.6:
        yield {
            "name": "@",
            "kind": "caa",
            "caa_flag": 0,
            "caa_tag": "issue",
            "content": "letsencrypt.org",
        }
    if random.random() < 0.4:
        yield {
            "name": "_autodiscover._tcp",
            "kind": "srv",
            "priority": 0,
            "weight": 1,
            "port": 443,
            "content": f"mail.{domain}.",
        }
    if random.random() < 0.5:
        yield {
            "name": random.choice(("shop", "blog", "app", "dev")),
            "kind": "a",
            "content": host,
            "description": "Asked for by the client",
        }


def _load_keys(loader: Loader, random: Random, zones: list[int]) -> None:
    loader.load(
        "dns_key",
        (
            {
                "zone": zone,
                "active": True,
                "kind": "ksk",
                "algorithm": "ECDSAP256SHA256",
                "ds_record": f"{random.randint(1, 65_535)} 13 2 {random.randbytes(32).hex()}",
            }
            for zone in zones[:12]
        ),
    )


def _load_reverse(loader: Loader, group: int) -> None:
    zone = loader.add(
        "dns_zone",
        name="2.0.192.in-addr.arpa",
        dns_server_group=group,
        soa_admin_email=f"hostmaster@hosting.{TOP_LEVEL}",
        description="192.0.2.0/24",
        **_soa(),
    )
    loader.load(
        "dns_record",
        (
            {
                "zone": zone,
                "name": str(number),
                "kind": "ptr",
                "ttl_seconds": 3600,
                "content": f"host-{number}.hosting.{TOP_LEVEL}.",
            }
            for number in range(2, 30)
            if zone
        ),
    )


def _load_certificates(loader: Loader, random: Random, domains: list[str]) -> None:
    authorities = loader.load_old(
        "certificate_authority",
        (
            {"name": name, "description": says, "default": default}
            for name, says, default in _AUTHORITIES
        ),
    )
    if not authorities:
        return
    ids = loader.load(
        "certificate", (_certificate(random, domain, authorities, loader.now) for domain in domains)
    )
    loader.load(
        "certificate_alias",
        (
            {"certificate": row_id, "domain": f"www.{domain}"}
            for row_id, domain in zip(ids, domains, strict=False)
        ),
    )


def _certificate(
    random: Random, domain: str, authorities: list[int], now: datetime
) -> dict[str, Any]:
    return {
        "domain": domain,
        "wildcard": random.random() < 0.2,
        "authority": random.choices(authorities, [8, 1, 1][: len(authorities)])[0],
        "status": "draft",
        "auto_renew": True,
        "renew_before": timedelta(days=random.choice((7, 14, 30))),
        "created_at": now - timedelta(days=random.randint(0, 60)),
    }

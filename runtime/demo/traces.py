"""Loads what people and jobs leave behind: requests, addresses, tasks and module logs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from runtime.demo.customers import Customer
from runtime.demo.loader import Loader

_BROWSERS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
)
_STAFF_URLS = ("/admin/client", "/admin/service", "/admin/dns_zone", "/admin/invoice", "/admin/")
_CLIENT_URLS = ("/", "/service", "/invoice", "/transaction", "/client", "/user")
_JOBS = (
    "convert_prices",
    "create_services",
    "suspend_services",
    "send_notification",
    "renew_certificates",
)
_QUEUES = ("default", "client", "module")
_MODULES = (
    ("powerdns", "dns_server", "replace rrset", '{"name": "www", "type": "A"}', '{"status": 204}'),
    ("acme", "certificate_authority", "new order", '{"identifiers": 2}', '{"status": "pending"}'),
    ("smtp", "notification_sender", "send", '{"to": 1}', '{"code": 250}'),
)


def load_traces(
    loader: Loader, random: Random, customers: Sequence[Customer], staff: Sequence[int], count: int
) -> None:
    """Load about `count` requests of clients, and fewer of everything else."""
    now = loader.now
    people = [(customer, user) for customer in customers for user in customer.users]
    if people and loader.has("client"):
        _load_client_traces(loader, random, people, count)
    if staff:
        loader.load(
            "staff_session_log",
            (
                {"staff": random.choice(staff), **_request(random, now, _STAFF_URLS)}
                for _ in range(count // 5)
            ),
        )
        loader.load(
            "staff_ip",
            ({"staff": member, **_address(random, now)} for member in staff for _ in range(2)),
        )
    loader.load("job_run", (_job(random, now) for _ in range(count // 5)))
    loader.load("module_log", (_module(random, now) for _ in range(count // 8)))


def _load_client_traces(
    loader: Loader, random: Random, people: list[tuple[Customer, int]], count: int
) -> None:
    now = loader.now
    loader.load(
        "client_session_log",
        (
            {"client": customer.id, "user": user, **_request(random, now, _CLIENT_URLS)}
            for customer, user in random.choices(people, k=count)
        ),
    )
    loader.load(
        "client_ip",
        (
            {"client": customer.id, "user": user, **_address(random, now)}
            for customer, user in random.choices(people, k=count // 4)
        ),
    )
    loader.load(
        "session",
        (
            {
                "kind": "user",
                "user": user,
                "ip": _ip(random),
                "user_agent": random.choice(_BROWSERS),
                # The hash of a token that nobody has: the row shows and opens nothing.
                "token_hash": random.randbytes(32).hex(),
                "last_seen_at": _moment(random, now, hours=20),
                "expires_at": now + timedelta(days=random.randint(1, 13)),
            }
            for _, user in random.choices(people, k=min(24, len(people)))
        ),
    )


def _request(random: Random, now: datetime, urls: Sequence[str]) -> dict[str, Any]:
    return {
        "channel": "api" if random.random() < 0.1 else "web",
        "ip": _ip(random),
        "method": "GET",
        "url": random.choice(urls),
        "user_agent": random.choice(_BROWSERS),
        "created_at": _moment(random, now, hours=720),
    }


def _address(random: Random, now: datetime) -> dict[str, Any]:
    end = _moment(random, now, hours=720)
    return {
        "ip": _ip(random),
        "first_used_at": end - timedelta(hours=random.randint(1, 90)),
        "last_used_at": end,
    }


def _job(random: Random, now: datetime) -> dict[str, Any]:
    status = random.choices(("completed", "failed", "processing", "queued"), (90, 5, 2, 3))[0]
    added = _moment(random, now, hours=48)
    started = None if status == "queued" else added + timedelta(seconds=random.randint(1, 20))
    ended = status in ("completed", "failed")
    return {
        "job": random.choice(_JOBS),
        "queue": random.choice(_QUEUES),
        "status": status,
        "attempts": 0 if status == "queued" else 3 if status == "failed" else 1,
        "attempts_max": 3,
        "added_at": added,
        "started_at": started,
        "created_at": added,
        "completed_at": started + timedelta(seconds=random.randint(1, 30))
        if ended and started
        else None,
        "output": {"error": "the server did not answer"} if status == "failed" else None,
    }


def _module(random: Random, now: datetime) -> dict[str, Any]:
    name, kind, action, request, response = random.choice(_MODULES)
    failed = random.random() < 0.05
    return {
        "name": name,
        "kind": kind,
        "action": action,
        "level": "error" if failed else "info",
        "request": request,
        "response": '{"error": "connection refused"}' if failed else response,
        "created_at": _moment(random, now, hours=200),
    }


def _moment(random: Random, now: datetime, *, hours: int) -> datetime:
    return now - timedelta(seconds=random.randint(60, hours * 3600))


def _ip(random: Random) -> str:
    # Reserved for documentation (RFC 5737): these belong to nobody.
    return f"{random.choice(('192.0.2', '198.51.100', '203.0.113'))}.{random.randint(1, 254)}"

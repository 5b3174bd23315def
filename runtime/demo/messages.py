"""Loads senders, layouts, templates, rules, and what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from runtime.demo.customers import Customer
from runtime.demo.loader import Loader

_SENDERS = (
    ("Office mail", "Everything to clients"),
    ("Alerts", "Mails to staff"),
    ("Bell", "Shown in the panel"),
)
_LAYOUT = "<!doctype html><title>{{ title }}</title><body>{{ content }}</body>"
_TEMPLATES = (
    (
        "Maintenance window",
        "client_operational",
        "Maintenance on Sunday",
        "We work on the network on Sunday from 2 to 4 o'clock. Your services stay up.",
    ),
    (
        "New prices",
        "client_administrative",
        "Our prices from next month",
        "From next month some prices change. What you have bought keeps its price for a year.",
    ),
    (
        "Holiday hours",
        "client_administrative",
        "When we are there over the holidays",
        "The office is closed on public holidays. Emergencies are answered at any time.",
    ),
    ("Night report", "staff_operational", "What happened last night", "Nothing needs you."),
)
_SENT = (
    ("service_activated", "Your service is active"),
    ("service_suspended", "Your service was suspended"),
    ("service_unsuspended", "Your service is running again"),
    ("client_one_time_code", "Your code"),
    ("client_welcome", "Welcome"),
)


def load_messages(loader: Loader, random: Random, customers: list[Customer], sent: int) -> None:
    """Load the notification settings and `sent` messages with their deliveries."""
    senders = loader.load(
        "notification_sender",
        ({"name": name, "description": says, "enabled": True} for name, says in _SENDERS),
    )
    layout = loader.add(
        "notification_layout",
        name="Newsletter",
        description="Wide, with a picture on top",
        layout=_LAYOUT,
    )
    templates = loader.load(
        "notification_template",
        (
            {"name": name, "category": category, "custom": True, "subject": subject, "text": text}
            for name, category, subject, text in _TEMPLATES
        ),
    )
    rules = loader.load("notification_rule", _rules(loader, layout, templates))
    loader.load(
        "notification_rule_sender",
        (
            {"notification_rule": rule, "notification_sender": sender}
            for rule in rules
            for sender in senders[:1]
        ),
    )
    _load_sent(loader, random, customers, senders, sent)


def _rules(loader: Loader, layout: int | None, templates: list[int]) -> Iterator[dict[str, Any]]:
    groups = loader.ids_by("notification_group", "name")
    if not groups or layout is None or not templates:
        return
    clients = groups.get("Client notifications")
    staff = groups.get("Staff notifications")
    for (name, category, _, _), template in zip(_TEMPLATES, templates, strict=True):
        group = staff if category.startswith("staff") else clients
        if group is not None:
            yield {
                "notification_group": group,
                "category": category,
                "notification": name.lower().replace(" ", "_"),
                "template": template,
                "layout": layout,
                "enabled": True,
            }


def _load_sent(
    loader: Loader, random: Random, customers: list[Customer], senders: list[int], count: int
) -> None:
    people = [
        (user, person.email)
        for customer in customers
        for user, person in zip(customer.users, customer.people, strict=False)
    ]
    if not people or not loader.has("user"):
        return
    chosen = sorted(
        (
            (loader.now - timedelta(minutes=random.randint(5, 43_000)), *random.choice(people))
            for _ in range(count)
        ),
    )
    ids = loader.load(
        "notification",
        (
            {
                "recipient": ("user", user),
                "name": name,
                "subject": subject,
                "text": f"<p>{subject}.</p>",
                "text_mini": subject,
                "created_at": at,
            }
            for at, user, _ in chosen
            for name, subject in (random.choice(_SENT),)
        ),
    )
    loader.load(
        "notification_delivery",
        (
            _delivery(random, row_id, senders, email, at)
            for row_id, (at, _, email) in zip(ids, chosen, strict=False)
        ),
    )


def _delivery(
    random: Random, notification: int, senders: list[int], email: str, at: Any
) -> dict[str, Any]:
    failed = random.random() < 0.04
    return {
        "notification": notification,
        "sender": senders[0] if senders else None,
        "to_email": email,
        "bell": False,
        "status": "failed" if failed else random.choice(("sent", "delivered")),
        "error": "450 4.2.1 The mailbox is busy" if failed else None,
        "sent_at": None if failed else at + timedelta(seconds=3),
        "created_at": at,
    }

"""The work that a move asks for, done once the move is committed.

A job reaches outside, so it never runs inside the move's transaction. It gets one of its own;
when it ends, a move that waits in its `via` state goes on to its target, or to `on_failure`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from runtime.actors import Actor, system
from runtime.collisions import again

if TYPE_CHECKING:
    from runtime.panel import Panel
    from runtime.records.values import Event

logger = logging.getLogger(__name__)


def run_job(panel: Panel, event: Event) -> bool:
    """Run the job of a committed move; say whether it succeeded."""
    from runtime.records import computed

    job = event.data["job"]
    actor = system(f"job {job}")
    function = panel.extensions.functions[job]
    try:
        with panel.records(actor) as records:
            function.call(computed.services(records.work), event.entity, event.id)
    except Exception:
        logger.exception("a job failed", extra={"job": job, "record": event.id})
        succeeded = False
    else:
        succeeded = True
    if event.data["waits"]:
        again(lambda: _finish(panel, actor, event, succeeded=succeeded))
    return succeeded


def _finish(panel: Panel, actor: Actor, event: Event, *, succeeded: bool) -> None:
    with panel.records(actor) as records:
        records.finish_move(event.entity, event.id, event.data["move"], succeeded=succeeded)

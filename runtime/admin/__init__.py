"""The staff area at `/admin`: starlette-admin as the host, our pages over the gate.

site.py          the subclass of starlette-admin's BaseAdmin: our routes, our login, none of its own
entity_view.py   the one view class, for every entity
routes.py        every address with its classification
desk.py          what this area says for itself; bulk.py, places.py, settings.py … what only it has
frame.py, menu   what stands around each page
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from runtime.accounts.login import Logins
    from runtime.panel import Panel
    from runtime.web.templates import Web


def create_admin(panel: Panel, web: Web, logins: Logins) -> Starlette:
    """Return the staff area of a panel, to be mounted at `/admin`."""
    from runtime.admin.site import PanelAdmin

    return PanelAdmin(panel, web, logins).build()


__all__ = ["create_admin"]

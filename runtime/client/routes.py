"""Every address of the client area, with what it is for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from runtime.accounts.own_password import OwnPassword
from runtime.accounts.two_factor import two_factor_routes
from runtime.accounts.verification import verification_routes
from runtime.client import company
from runtime.client.account_pages import AccountPages
from runtime.client.dashboard import Dashboard
from runtime.client.frame import PASSWORD_PATH, PROFILE_PATH, Frame
from runtime.client.grounds import Grounds
from runtime.pages.form_aids import aid_routes
from runtime.pages.serving import lists
from runtime.pages.serving.routes import route, row_routes, transfer_routes

if TYPE_CHECKING:
    from runtime.accounts.login import Logins
    from runtime.panel import Panel
    from runtime.web.routes import PanelRoute


def client_routes(panel: Panel, frame: Frame, logins: Logins) -> list[PanelRoute]:
    """Return the routes of the client area; own pages stand before the generated ones."""
    grounds = Grounds(panel, frame)
    account, password = AccountPages(logins), OwnPassword(logins)
    of = partial(route, grounds, "client")
    return [
        of("/", Dashboard().show, "dashboard"),
        of(PROFILE_PATH, account.profile, "profile", "user", "see"),
        of(PROFILE_PATH, account.save_profile, "profile", "user", "edit", changes=True),
        of(PASSWORD_PATH, password.ask, "password"),
        of(PASSWORD_PATH, password.change, "password", changes=True),
        *verification_routes(grounds, "client", logins, ""),
        *two_factor_routes(grounds, "client", logins, ""),
        of(company.PATH, company.choose, "preferences", changes=True),
        *aid_routes("client"),
        of("/file/{id:row}", lists.download, "file", "file", "see"),
        *transfer_routes(grounds, "client"),
        *row_routes(grounds, "client"),
    ]

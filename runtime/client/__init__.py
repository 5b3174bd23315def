"""The client area at `/`: our own routes and pages over the same entities as the staff area.

routes.py        every address with its classification
grounds.py       what this area says for itself; lists, rows, forms and moves are those of pages
account_pages.py a person's own data and password
company.py       the one company of several that a person looks at
dashboard.py     the start page
frame.py         what stands around each page; later parts fill the slots
"""

from runtime.client.frame import Frame
from runtime.client.routes import client_routes

__all__ = ["Frame", "client_routes"]

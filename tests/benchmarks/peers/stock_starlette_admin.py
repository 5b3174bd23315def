"""starlette-admin over the invoices, used as its documentation teaches. Peer of the list page."""

import datetime
import os

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from starlette.applications import Starlette
from starlette_admin.contrib.sqla import Admin, ModelView

from generator.folding import teach


class Base(DeclarativeBase):
    pass


class Client(Base):
    __tablename__ = "client"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    invoices: Mapped[list["Invoice"]] = relationship(back_populates="client")

    async def __admin_repr__(self, request: object) -> str:
        return self.name


class Invoice(Base):
    __tablename__ = "invoice"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("client.id"))
    status: Mapped[str]
    issue_date: Mapped[datetime.date]
    due_date: Mapped[datetime.date]
    total_micros: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str]
    notes: Mapped[str | None]
    created_at: Mapped[datetime.datetime] = mapped_column(sa.DateTime(timezone=True))
    client: Mapped[Client] = relationship(back_populates="invoices")


class ClientView(ModelView):
    fields = ["id", "name"]


class InvoiceView(ModelView):
    fields = [
        *("id", "number", "client", "status", "issue_date", "due_date"),
        *("total_micros", "currency", "notes", "created_at"),
    ]
    exclude_fields_from_list = ["id", "notes"]
    page_size = 25


app = Starlette()
_engine = sa.create_engine(os.environ["BENCHMARK_DATABASE_URL"])
if _engine.dialect.name == "sqlite":
    # The panel's indexes call functions that SQLite does not have by itself.
    sa.event.listen(_engine, "connect", lambda raw, _: teach(raw))
_admin = Admin(_engine, secret_key="benchmark" * 4)
_admin.add_view(ClientView(Client))
_admin.add_view(InvoiceView(Invoice))
_admin.mount_to(app)

"""One project with an entity that has a field of every type, on both databases."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field, SecretStr
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from config.project import Project, load_project
from config.vocabulary import DriverInfo, Vocabulary
from generator import Generated, built_in, create_schema, generate
from generator.folding import teach
from tests.generator.every_type import ROLE, SITE, TARGET, THING


class Mailbox(BaseModel):
    """The settings of a driver, with a member of every kind that has a control of its own."""

    host: str = Field(title="Host name", description="Where the mail server listens.")
    port: int = 25
    tls: bool = True
    mode: str | None = None
    password: SecretStr
    token: SecretStr | None = None


class ReversingCipher:
    """Seals by turning the text round, so that a test sees what was sealed for which field."""

    def encrypt(self, text: str, context: str) -> str:
        return f"{context}:{text[::-1]}"

    def decrypt(self, token: str, context: str) -> str:
        start, _, sealed = token.partition(":")
        if start != context:
            raise KeyError(context)
        return sealed[::-1]


DRIVERS = {"mail": {"smtp": DriverInfo("smtp", "SMTP server", Mailbox),
                    "null": DriverInfo("null", "Nowhere", None)}}
ICONS = frozenset({"server", "server-2", "database"})
VOCABULARY = Vocabulary(drivers=DRIVERS, driver_kinds=frozenset({"mail"}), icons=ICONS)

Load = Callable[..., Project]


@pytest.fixture(scope="session")
def load(tmp_path_factory: pytest.TempPathFactory) -> Load:
    """Return a function that loads a project from the texts of its files."""

    def load_texts(*texts: str) -> Project:
        return _load(tmp_path_factory.mktemp("project"), *texts)

    return load_texts


def _load(folder: Path, *texts: str) -> Project:
    for number, text in enumerate(texts):
        (folder / f"file{number}.yaml").write_text(text)
    if not any(text.startswith("site:") for text in texts):
        (folder / "site.yaml").write_text("site: test\n")
    return load_project([folder], VOCABULARY)


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    project = _load(tmp_path_factory.mktemp("every-type"), SITE, THING, TARGET, ROLE)
    return generate(
        project, built_in(cipher=ReversingCipher(), drivers=DRIVERS, icons=ICONS)
    )


DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@contextmanager
def opened_engine(request: pytest.FixtureRequest, kind: str) -> Iterator[Engine]:
    """An engine on an empty database of its own."""
    if kind == "sqlite":
        engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        event.listen(engine, "connect", lambda raw, _: raw.execute("pragma foreign_keys = on"))
        event.listen(engine, "connect", lambda raw, _: teach(raw))
        yield engine
        engine.dispose()
        return
    with request.getfixturevalue("postgres").database() as url:
        engine = create_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module", params=DATABASES)
def module_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty database for the tests of one module."""
    with opened_engine(request, request.param) as engine:
        yield engine


@pytest.fixture(scope="session", params=DATABASES)
def empty_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with opened_engine(request, request.param) as engine:
        yield engine


@pytest.fixture(scope="session")
def engine(empty_engine: Engine, generated: Generated) -> Engine:
    with empty_engine.begin() as connection:
        create_schema(connection, generated)
    return empty_engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection whose changes are undone after the test."""
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture(scope="session")
def thing(generated: Generated) -> Any:
    return generated.entities["thing"]

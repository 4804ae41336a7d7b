"""Measure the targets of the base: `make benchmark` prints a table and how it was measured.

Each part runs in a process of its own on a fresh data folder, so that peak memory is the part's.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

PARTS = ("pull", "screens", "link", "go_live", "board", "matching")


def main() -> int:
    sizes = {"jobs": int(os.environ.get("BENCH_ROWS", "100000"))}
    rows: list[dict[str, str]] = []
    for part in sys.argv[1:] or PARTS:
        with tempfile.TemporaryDirectory(prefix="tieback-bench-") as home:
            environment = {
                **os.environ,
                "TIEBACK_HOME": home,
                "DJANGO_SETTINGS_MODULE": "tieback.settings",
                "TIEBACK_LOG_LEVEL": "ERROR",
            }
            done = subprocess.run(
                [sys.executable, "-m", f"benchmarks.{part}", str(sizes["jobs"])],
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
                check=True,
                cwd=Path(__file__).parent.parent,
            )
            rows += json.loads(done.stdout.splitlines()[-1])
    print(f"\nPython {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    print("| what | target | measured | how |\n|---|---|---|---|")
    for row in rows:
        print(f"| {row['what']} | {row['target']} | **{row['measured']}** | {row['how']} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Fetch what the screens need from npm and copy the few files into the package.

Run by `make assets`. Does nothing when the files already come from this lock file.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src/tieback/web/static/tieback/vendor"
STAMP = MODULES / ".tieback-assets"
INTER = MODULES / "@fontsource-variable/inter"
# From → to, below the vendor folder.
FILES = {
    MODULES / "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    INTER / "files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
    INTER / "files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
    INTER / "LICENSE": "inter-licence.txt",
    # Tabler's npm package names its licence but does not carry the text.
    ROOT / "tools/licences/tabler.txt": "tabler-licence.txt",
}
# Only the browser tests use it, so it stays out of what is shipped.
NEEDED_BY_TESTS = MODULES / "axe-core/axe.min.js"
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=.*?\*/\s*")


def main() -> int:
    """Bring the vendor folder up to date; exit code 1 with a sentence when npm cannot."""
    wanted = fingerprint()
    if is_current(wanted):
        return 0
    npm = shutil.which("npm") or shutil.which("npm", path=str(Path(sys.executable).parent))
    if npm is None:
        print("npm is missing. Run `make assets`, which installs it into .venv.", file=sys.stderr)
        return 1
    done = subprocess.run([npm, "ci", "--loglevel=error"], cwd=ROOT, check=False)
    if done.returncode:
        print("npm could not fetch the style sheets; its reason stands above.", file=sys.stderr)
        return 1
    copy()
    STAMP.write_text(wanted)
    return 0


def fingerprint() -> str:
    """Changes with the locked versions and with this script."""
    parts = [ROOT / "package-lock.json", Path(__file__)]
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def is_current(wanted: str) -> bool:
    """Whether every file is in place and came from this lock file."""
    there = [VENDOR / name for name in FILES.values()] + [NEEDED_BY_TESTS, STAMP]
    return all(path.is_file() for path in there) and STAMP.read_text() == wanted


def copy() -> None:
    """Copy the files; style sheets lose their source map line, since the map is not shipped."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for source, name in FILES.items():
        target = VENDOR / name
        if source.suffix == ".css":
            target.write_text(SOURCE_MAP.sub("", source.read_text("utf-8")), "utf-8")
        else:
            shutil.copyfile(source, target)


if __name__ == "__main__":
    raise SystemExit(main())

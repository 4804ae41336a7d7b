"""Fetch what the screens and certificates need from npm and copy the few files into the package.

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
# What certificates are printed with: browsers never ask for it.
FONTS = ROOT / "src/tieback/certificates/fonts"
STAMP = MODULES / ".tieback-assets"
INTER = MODULES / "@fontsource-variable/inter"
DEJAVU = MODULES / "dejavu-fonts-ttf"
FILES = {
    MODULES / "@tabler/core/dist/css/tabler.min.css": VENDOR / "tabler.min.css",
    INTER / "files/inter-latin-wght-normal.woff2": VENDOR / "inter-latin.woff2",
    INTER / "files/inter-latin-ext-wght-normal.woff2": VENDOR / "inter-latin-ext.woff2",
    INTER / "LICENSE": VENDOR / "inter-licence.txt",
    # Tabler's npm package names its licence but does not carry the text.
    ROOT / "tools/licences/tabler.txt": VENDOR / "tabler-licence.txt",
    DEJAVU / "ttf/DejaVuSansCondensed.ttf": FONTS / "dejavu-sans-condensed.ttf",
    DEJAVU / "ttf/DejaVuSansCondensed-Bold.ttf": FONTS / "dejavu-sans-condensed-bold.ttf",
    DEJAVU / "LICENSE": FONTS / "dejavu-licence.txt",
}
# Only the browser tests use it, so it stays out of what is shipped.
NEEDED_BY_TESTS = MODULES / "axe-core/axe.min.js"
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=.*?\*/\s*")


def main() -> int:
    """Bring both folders up to date; exit code 1 with a sentence when npm cannot."""
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
    there = [*FILES.values(), NEEDED_BY_TESTS, STAMP]
    return all(path.is_file() for path in there) and STAMP.read_text() == wanted


def copy() -> None:
    """Copy the files; style sheets lose their source map line, since the map is not shipped."""
    for folder in (VENDOR, FONTS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    for source, target in FILES.items():
        if source.suffix == ".css":
            target.write_text(SOURCE_MAP.sub("", source.read_text("utf-8")), "utf-8")
        else:
            shutil.copyfile(source, target)


if __name__ == "__main__":
    raise SystemExit(main())

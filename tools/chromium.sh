#!/usr/bin/env bash
# Prints the path of a Chromium that the browser tests can drive, installing one when none is
# there: Debian's package as root, Playwright's own build otherwise. Fails loudly without one.
set -euo pipefail

apt_install() {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null
}

may_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# Playwright brings a Node of its own, which needs a library that a bare Debian lacks.
driver_runs() { .venv/bin/playwright --version >/dev/null 2>&1; }

found() {
    command -v chromium || command -v chromium-browser || command -v google-chrome ||
        .venv/bin/python -c '
import sys
from pathlib import Path
from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    path = playwright.chromium.executable_path
sys.exit(not Path(path).exists() or print(path))' 2>/dev/null
}

install() {
    if may_apt; then
        apt_install chromium
    else
        .venv/bin/playwright install chromium
    fi
}

if ! driver_runs; then
    echo "Playwright does not start; installing libatomic1, which it needs …" >&2
    { may_apt && apt_install libatomic1 >&2 && driver_runs; } || {
        echo "Playwright does not start. .venv/bin/playwright --version says why; on Debian" >&2
        echo "install the package “libatomic1”, then start again." >&2
        exit 1
    }
fi
if ! found; then
    echo "Chromium is missing; installing it …" >&2
    install >&2 && found || {
        echo "The browser tests need Chromium, and it could not be installed. Install the package" >&2
        echo "“chromium”, or make .venv/bin/playwright install chromium work, and start again." >&2
        exit 1
    }
fi

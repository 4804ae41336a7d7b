#!/usr/bin/env bash
# Prints the path of a Chromium that the browser tests can drive, installing one when none is
# there: Debian's package as root, Playwright's own build otherwise. Fails loudly without one.
set -euo pipefail

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
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium </dev/null
    else
        .venv/bin/playwright install chromium
    fi
}

if ! found; then
    echo "Chromium is missing; installing it …" >&2
    install >&2 && found || {
        echo "The browser tests need Chromium, and it could not be installed. Install the package" >&2
        echo "“chromium”, or make .venv/bin/playwright install chromium work, and start again." >&2
        exit 1
    }
fi

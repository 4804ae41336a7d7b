#!/usr/bin/env bash
# Chooses versions anew and pins them with hashes. Each file follows the one before it, so that
# running, testing and building never mean two versions of one package.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -x .venv/bin/uv ] || bash tools/setup.sh build
compile() {
    .venv/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header \
        --no-annotate --python-version 3.11 "$@"
}
compile pyproject.toml --output-file requirements.txt
compile pyproject.toml --extra dev --constraint requirements.txt --output-file requirements-dev.txt
compile pyproject.toml --extra benchmark --constraint requirements-dev.txt \
    --output-file requirements-benchmark.txt
compile requirements-build.in --constraint requirements-dev.txt --output-file requirements-build.txt
compile requirements-assets.in --output-file requirements-assets.txt

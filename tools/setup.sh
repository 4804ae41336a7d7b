#!/usr/bin/env bash
# Usage: tools/setup.sh build|run|test|benchmark|assets
# Brings .venv to what the pinned requirements say. Repeated, it compares one hash and stops.
set -Eeuo pipefail
trap 'echo "Set-up stopped at line $LINENO of tools/setup.sh; the reason stands above." >&2' ERR
cd "$(dirname "$0")/.."

wanted=${1:?build, run, test, benchmark or assets}
python=.venv/bin/python
stamps=.venv/tieback-stamps
export UV_PYTHON_DOWNLOADS=never UV_LINK_MODE="${UV_LINK_MODE:-hardlink}"

fail() {
    echo "$1" >&2
    exit 1
}

# hash_of FILE...: one hash over what the files hold; files that are not there count as empty.
hash_of() {
    { cat "$@" 2>/dev/null || true; } | sha256sum | cut -d' ' -f1
}

is_done() { [ "$(cat "$stamps/$1" 2>/dev/null)" = "$2" ]; }
mark_done() { mkdir -p "$stamps" && echo "$2" >"$stamps/$1"; }

# pip understands a machine's own index settings where uv does not, so it is the second try.
install_pinned() {
    .venv/bin/uv pip sync --quiet --python "$python" --require-hashes "$@" ||
        {
            echo "uv could not install; trying pip, which takes longer." >&2
            # shellcheck disable=SC2046
            pip_install --require-hashes --no-deps $(printf -- ' -r %s' "$@")
        }
}

pip_install() {
    "$base_python" -m pip --python "$python" install --quiet --disable-pip-version-check \
        --root-user-action ignore "$@"
}

set_up_build() {
    base_python=${PYTHON:-python3}
    command -v "$base_python" >/dev/null || fail "Python is missing. Install python3 (3.11 or newer)."
    "$base_python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "Tieback needs Python 3.11 or newer; $("$base_python" --version) is first on the path. Name another with PYTHON=/path/to/python3."
    local hash
    hash=$(hash_of requirements-build.txt)
    is_done build "$hash" && "$python" -c '' 2>/dev/null && return
    "$base_python" -m pip --version >/dev/null 2>&1 || fail "pip is missing. Install it (Debian: apt-get install python3-pip)."
    echo "Setting up Python packages in .venv …"
    # Without pip, because Debian keeps ensurepip in a package of its own.
    "$base_python" -m venv --clear --without-pip .venv
    pip_install --require-hashes -r requirements-build.txt
    mark_done build "$hash"
}

# set_up_packages run|test: the tests' packages hold those for running, at the same versions.
set_up_packages() {
    local run_hash test_hash
    run_hash=$(hash_of requirements.txt requirements-build.txt pyproject.toml)
    test_hash=$(hash_of requirements-dev.txt requirements-build.txt pyproject.toml)
    is_done packages "test $test_hash" && return
    [ "$1" = run ] && is_done packages "run $run_hash" && return
    if [ "$1" = test ]; then
        install_pinned requirements-dev.txt requirements-build.txt
    else
        install_pinned requirements.txt requirements-build.txt
    fi
    .venv/bin/uv pip install --quiet --python "$python" --offline --no-deps --no-build-isolation --editable .
    if [ "$1" = test ]; then mark_done packages "test $test_hash"; else mark_done packages "run $run_hash"; fi
}

# What Tieback is measured against: nothing of it is needed to run or to test.
set_up_benchmark() {
    local hash
    hash=$(hash_of requirements-benchmark.txt requirements.txt requirements-dev.txt)
    is_done benchmark "$hash" && "$python" -c 'import splink' 2>/dev/null && return
    echo "Fetching what Tieback is measured against …"
    .venv/bin/uv pip install --quiet --python "$python" --require-hashes -r requirements-benchmark.txt
    mark_done benchmark "$hash"
}

set_up_assets() {
    local hash
    hash=$(hash_of tools/assets.py package-lock.json)
    is_done assets "$hash" && [ -d node_modules ] && [ -d src/tieback/web/static/tieback/vendor ] &&
        [ -d src/tieback/certificates/fonts ] && return
    if ! command -v npm >/dev/null; then
        .venv/bin/uv pip install --quiet --python "$python" --require-hashes -r requirements-assets.txt
    fi
    echo "Fetching style sheets and scripts …"
    PATH="$PWD/.venv/bin:$PATH" "$python" tools/assets.py
    mark_done assets "$hash"
}

set_up_build
case $wanted in
build) ;;
assets) rm -f "$stamps/assets" && set_up_assets ;;
run | test) set_up_packages "$wanted" && set_up_assets ;;
benchmark) set_up_packages run && set_up_assets && set_up_benchmark ;;
*) fail "Unknown: $wanted. Say build, run, test, benchmark or assets." ;;
esac

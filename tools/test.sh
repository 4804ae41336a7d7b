#!/usr/bin/env bash
# Usage: tools/test.sh [lint] [sqlite] [postgres] [browser]; without a name, all four.
# Every pass runs even when one before it failed; the summary and the exit code tell.
set -uo pipefail
cd "$(dirname "$0")/.."

bin=.venv/bin
passes=("${@:-}")
[ -n "${passes[0]}" ] || passes=(lint sqlite postgres browser)
TIEBACK_HOME=$(mktemp -d -t tieback-tests-XXXXXX)
export TIEBACK_HOME XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-$TIEBACK_HOME}"
trap 'rm -rf "$TIEBACK_HOME"' EXIT
unset TIEBACK_DATABASE_URL

pass_lint() {
    local failed=0
    $bin/ruff check . || failed=1
    $bin/ruff format --check . || failed=1
    $bin/mypy || failed=1
    $bin/lint-imports || failed=1
    return $failed
}

pass_sqlite() {
    env -u TIEBACK_TEST_DATABASE_URL $bin/pytest -q -n logical --dist worksteal -m "not browser and not postgres"
}

pass_postgres() {
    $bin/python -m tests.postgres $bin/pytest -q -n logical --dist worksteal -m "not browser and not sqlite"
}

pass_browser() {
    local chromium
    chromium=$(bash tools/chromium.sh) || return 1
    env -u TIEBACK_TEST_DATABASE_URL TIEBACK_TEST_CHROMIUM="$chromium" $bin/pytest -q -m browser
}

summary=()
status=0
for pass in "${passes[@]}"; do
    declare -F "pass_$pass" >/dev/null || { echo "There is no pass called $pass." >&2; exit 2; }
    echo
    echo "── $pass ──"
    started=$SECONDS
    if "pass_$pass" </dev/null; then result="passed"; else result="FAILED" status=1; fi
    summary+=("$(printf '%-9s %s in %d s' "$pass" "$result" $((SECONDS - started)))")
done
echo
echo "── summary ──"
printf '%s\n' "${summary[@]}"
exit $status

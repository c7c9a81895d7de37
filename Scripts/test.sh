#!/usr/bin/env bash
# Installs what the tests need, builds them and runs them on SQLite, then on a PostgreSQL that it starts for them.
# REORDER_SLOW_TESTS=1 runs the slow ones too.
# Arguments go to `swift test`: Scripts/test.sh --filter OrderServiceTests
set -euo pipefail
. "$(dirname "$0")/common.sh"

closing_line() {
    local status=$?
    stop_postgres
    if [ "$status" -eq 0 ]; then
        say "All tests passed in $SECONDS s."
    else
        what_went_wrong
        say "FAILED after $SECONDS s: what went wrong is above."
    fi
    exit "$status"
}
trap closing_line EXIT

# Each fault once more, at the end: thousands of lines may lie between it and here.
what_went_wrong() {
    if [ -f .build/test-output.txt ]; then grep -aA 4 'recorded an issue' .build/test-output.txt | cut -c 1-600 | head -n 80 || true; fi
}

# Lets so many tests run at a time, where Swift can: hundreds at once starve each other, and with over a thousand open
# files Foundation breaks when it starts a process.
at_a_time() {
    local option=--experimental-maximum-parallelization-width
    case $(swift test --help-hidden) in *"$option"*) printf '%s=%s' "$option" "$1" ;; esac
}

Scripts/install.sh test
REORDER_TEST_PYTHON="$PWD/$VENV/bin/python"
REORDER_TEST_CHROMIUM=$(find_chromium)
export REORDER_TEST_PYTHON REORDER_TEST_CHROMIUM

rm -f .build/test-output.txt
say "Building the tests (the first time takes some minutes)"
swift build --build-tests
say "Running the ${REORDER_SLOW_TESTS:+quick and slow }tests on SQLite after $SECONDS s"
unset REORDER_TEST_DATABASE
# shellcheck disable=SC2046 # an option, or none
swift test --skip-build --disable-xctest $(at_a_time 12) "$@" 2>&1 | tee .build/test-output.txt
say "Running them on PostgreSQL after $SECONDS s"
start_postgres
# What knows no database need not run once more.
pure='^DomainTests\.|^TemplatingTests\.|^ReorderClientTests\.|^SegmentationTests\.(RandomTree|LiveSegments|LiveTime|Explanation|Snapshot|RFM)Tests'
# shellcheck disable=SC2046 # an option, or none
swift test --skip-build --disable-xctest $(at_a_time 12) --skip "$pure" "$@" 2>&1 | tee -a .build/test-output.txt
if grep -q 'Test run with 0 tests' .build/test-output.txt; then fail "No test ran: does the filter name one?"; fi

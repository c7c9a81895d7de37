#!/usr/bin/env bash
# Builds the release and measures it. Arguments go to Scripts/bench.py: --quick, --only NAME, --json FILE
set -euo pipefail
. "$(dirname "$0")/common.sh"

export REORDER_BENCH=1
has python3 || fail "The measurements are run by python3, which is not installed."
say "Building the release with the measurements"
swift build -c release --product reorder >&2 || fail "The build failed: its messages are above."
swift build -c release --product reorder-bench >&2 || fail "The build failed: its messages are above."
if find_postgres >/dev/null; then
    start_postgres durable
    trap stop_postgres EXIT
    export POSTGRES_BIN POSTGRES_DIR
fi
python3 Scripts/bench.py "$@"

#!/usr/bin/env bash
# Builds the release and measures it. Arguments go to the measuring program.
set -euo pipefail
. "$(dirname "$0")/common.sh"

export REORDER_BENCH=1
say "Building the release with the measurements"
swift build -c release >&2 || fail "The build failed: its messages are above."
exec .build/release/reorder-bench "$@"

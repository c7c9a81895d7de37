#!/usr/bin/env bash
# Checks format, layout rules, scripts and warnings; shows all that is wrong and fails if anything is.
set -euo pipefail
. "$(dirname "$0")/common.sh"

has swift || fail "Swift is not installed: see https://www.swift.org/install."
has python3 || fail "The layout rules are checked by python3, which is not installed."

wrong=0

say "Format (make format mends most of it)"
swift format lint --strict --parallel --recursive Sources Tests Examples Package.swift || wrong=1

say "Layout rules"
python3 Scripts/check-layout.py || wrong=1

say "Statements"
python3 Scripts/check-statements.py || wrong=1

say "Scripts"
for script in Scripts/*.sh .ci/run; do bash -n "$script" || wrong=1; done
if has shellcheck; then shellcheck --external-sources --source-path=Scripts Scripts/*.sh .ci/run || wrong=1; fi

say "Warnings (each is an error)"
swift build || wrong=1

[ "$wrong" -eq 0 ] || fail "Something is to be mended: it is named above."
say "All is well."

# Shared by the scripts beside it; not run by itself.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

VENV=.build-tools/venv

say() { printf '==> %s\n' "$*" >&2; }

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# Prints the path of a Chromium that is installed, or fails.
find_chromium() {
    local candidate
    for candidate in chromium chromium-browser google-chrome google-chrome-stable; do
        # Ubuntu's chromium-browser is often only a pointer to a snap.
        if has "$candidate" && "$candidate" --version >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    for candidate in "Google Chrome" Chromium; do
        candidate="/Applications/$candidate.app/Contents/MacOS/$candidate"
        if [ -x "$candidate" ]; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    if [ -x "$VENV/bin/python" ]; then
        candidate=$("$VENV/bin/python" -c 'from playwright.sync_api import sync_playwright as start
with start() as playwright: print(playwright.chromium.executable_path)' 2>/dev/null || true)
        if [ -x "$candidate" ]; then
            printf '%s\n' "$candidate"
            return
        fi
    fi
    return 1
}

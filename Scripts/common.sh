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

# Prints the folder of the programs of a PostgreSQL of version 15 or later, or fails.
find_postgres() {
    local folder
    for folder in /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin; do
        if [ -x "$folder/initdb" ] && "$folder/postgres" --version | grep -qE ' (1[5-9]|[2-9][0-9])\.'; then
            printf '%s\n' "$folder"
            return
        fi
    done
    return 1
}

# Starts a PostgreSQL of its own in a temporary directory and sets REORDER_TEST_DATABASE. It forgets what it was told when
# the machine fails, for tests of functions only, unless `durable` is asked for. `stop_postgres` ends and removes it.
start_postgres() {
    local bin port settings="-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    # A checkpoint that falls into one measurement and not into the other would decide.
    if [ "${1:-}" = durable ]; then settings="-c max_wal_size=8GB -c checkpoint_timeout=1h"; fi
    bin=$(find_postgres) || fail "There is no PostgreSQL 15 or later here: run Scripts/install.sh test."
    POSTGRES_BIN=$bin
    POSTGRES_DIR=$(mktemp -d)
    # initdb refuses root.
    POSTGRES_AS=""
    if [ "$(id -u)" -eq 0 ]; then
        chown postgres "$POSTGRES_DIR"
        POSTGRES_AS="runuser -u postgres --"
    fi
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    $POSTGRES_AS "$bin/initdb" -D "$POSTGRES_DIR/data" -U app --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null \
        || fail "initdb could not make a cluster in $POSTGRES_DIR: its message is above."
    $POSTGRES_AS "$bin/pg_ctl" -D "$POSTGRES_DIR/data" -w -l "$POSTGRES_DIR/log" -o "-p $port \
        -c listen_addresses=127.0.0.1 -c unix_socket_directories=$POSTGRES_DIR -c max_connections=1000 \
        $settings" start >/dev/null \
        || fail "The cluster in $POSTGRES_DIR did not start: see the file log there."
    REORDER_TEST_DATABASE=postgresql://app@127.0.0.1:$port/postgres
    export REORDER_TEST_DATABASE
}

stop_postgres() {
    [ -n "${POSTGRES_DIR:-}" ] || return 0
    $POSTGRES_AS "$POSTGRES_BIN/pg_ctl" -D "$POSTGRES_DIR/data" -m immediate stop >/dev/null || true
    rm -rf "$POSTGRES_DIR"
    POSTGRES_DIR=""
}

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

#!/usr/bin/env bash
# Installs what is missing to run, test or measure Reorder: system packages, and for tests a Python environment.
# Usage: Scripts/install.sh run|test|bench
set -euo pipefail
. "$(dirname "$0")/common.sh"

NEED_SWIFT=6.2

check_swift() {
    has swift || fail "Swift is not installed: get $NEED_SWIFT or later from https://www.swift.org/install and run this again."
    local version major minor
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] || fail "'swift --version' names no version: mend the installation (https://www.swift.org/install)."
    major=${version%%.*}
    minor=${version#*.}
    minor=${minor%%.*}
    if [ "$major" -lt "${NEED_SWIFT%.*}" ] || { [ "$major" -eq "${NEED_SWIFT%.*}" ] && [ "$minor" -lt "${NEED_SWIFT#*.}" ]; }; then
        fail "Swift $version is too old: get $NEED_SWIFT or later from https://www.swift.org/install and run this again."
    fi
}

# Runs a command as root; asks for the password only where somebody can type it.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif ! has sudo; then
        fail "This needs root, and there is no sudo here. As root, run: $*"
    elif [ -t 0 ] && [ -z "${CI:-}" ]; then
        sudo "$@"
    else
        sudo -n "$@" || fail "sudo asks for a password, which nobody can type here. As root, run: $*"
    fi
}

apt_install() {
    local package missing=""
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    say "Installing with apt-get:$missing"
    as_root apt-get update -qq
    # shellcheck disable=SC2086 # the names are to be split
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2 \
        || fail "apt-get could not install:$missing. Its message is above; mend that and run this again."
}

brew_install() {
    has brew || fail "Homebrew is not installed: see https://brew.sh, then run this again. It is to install: $*"
    say "Installing with Homebrew: $*"
    brew install "$@" >&2 || fail "Homebrew could not install: $*. Its message is above; mend that and run this again."
}

# Installs the libraries that Swift links with.
install_libraries() {
    if has apt-get; then
        apt_install ca-certificates git libpq-dev libsqlite3-dev libxlsxwriter-dev pkg-config tzdata zlib1g-dev
    elif [ "$(uname)" = Darwin ]; then
        brew list libxlsxwriter >/dev/null 2>&1 || brew_install libxlsxwriter
        brew list libpq >/dev/null 2>&1 || brew_install libpq pkg-config
    else
        say "This is neither Debian, Ubuntu nor macOS: the headers of SQLite (3.40 or later), libpq, libxlsxwriter and zlib must be there."
    fi
}

can_make_environments() { has python3 && python3 -c 'import ensurepip, venv' >/dev/null 2>&1; }

install_python() {
    if ! can_make_environments; then
        if has apt-get; then
            apt_install python3 python3-venv
        elif [ "$(uname)" = Darwin ]; then
            brew_install python
        fi
        can_make_environments || fail "The tests need a python3 that can make virtual environments: install one and run this again."
    fi
    local wanted=Tests/requirements.txt done_mark=$VENV/requirements.txt
    if ! cmp -s "$wanted" "$done_mark"; then
        say "Making the Python environment $VENV"
        rm -rf "$VENV"
        python3 -m venv "$VENV"
        "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check -r "$wanted" >&2 </dev/null \
            || fail "pip could not install what $wanted names. Its message is above; mend that and run this again."
        cp "$wanted" "$done_mark"
    fi
}

install_browser() {
    if find_chromium >/dev/null; then return; fi
    if [ -r /etc/os-release ] && grep -q '^ID=ubuntu' /etc/os-release; then
        # Ubuntu has Chromium as a snap only, which does not run in containers: the driver brings its own.
        say "Installing Chromium through its driver"
        as_root "$PWD/$VENV/bin/python" -m playwright install-deps chromium >&2
        "$VENV/bin/python" -m playwright install chromium >&2 </dev/null
    elif has apt-get; then
        apt_install chromium
    elif [ "$(uname)" = Darwin ]; then
        brew_install --cask google-chrome
    fi
    find_chromium >/dev/null || fail "The tests need Chromium or Google Chrome: install one and run this again."
}

# The server that the tests start for themselves; no cluster of the machine's own is made for it.
install_postgres() {
    if find_postgres >/dev/null; then return; fi
    if has apt-get; then
        if ! [ -e /etc/postgresql-common/createcluster.conf ]; then
            as_root mkdir -p /etc/postgresql-common
            printf 'create_main_cluster = false\n' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
        fi
        apt_install postgresql
    elif [ "$(uname)" = Darwin ]; then
        brew_install postgresql@17
    fi
    find_postgres >/dev/null || fail "Tests and measurements need PostgreSQL 15 or later: install it and run this again."
}

case "${1:-}" in
    run)
        check_swift
        install_libraries
        ;;
    test)
        check_swift
        install_libraries
        install_postgres
        install_python
        install_browser
        ;;
    bench)
        check_swift
        install_libraries
        install_postgres
        if ! has python3 && has apt-get; then apt_install python3; fi
        if ! has sqlite3 && has apt-get; then apt_install sqlite3; fi
        if ! has wrk; then
            if has apt-get; then apt_install wrk; elif [ "$(uname)" = Darwin ]; then brew_install wrk; fi
            has wrk || fail "The measurements need wrk (https://github.com/wg/wrk): install it and run this again."
        fi
        ;;
    *)
        printf 'usage: Scripts/install.sh run|test|bench\n' >&2
        exit 2
        ;;
esac

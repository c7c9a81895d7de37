#!/usr/bin/env bash
# Builds the release, makes ./reorder-data with a made-up shop if it is not there, and starts the server.
set -euo pipefail
. "$(dirname "$0")/common.sh"

DATA=./reorder-data
OWNER=owner@example.com
ADDRESS=http://127.0.0.1:8080
REORDER=.build/release/reorder

Scripts/install.sh run

say "Building the release (the first time takes some minutes)"
swift build -c release --product reorder >&2 || fail "The build failed: its messages are above."

password=""
if [ ! -e "$DATA" ]; then
    # Made aside and moved when whole, so that a run that is broken off leaves nothing half done.
    new=.build-tools/new-data
    rm -rf "$new"
    mkdir -p .build-tools
    say "Making $DATA with a made-up shop"
    password=$("$REORDER" init --data "$new" --owner "$OWNER" --project "Sample shop" --currency EUR \
        --time-zone Europe/Lisbon --starter-statuses) || fail "The project could not be made: the message is above."
    "$REORDER" sample --data "$new" --customers 2000 --orders 10000 --seed 1 >&2 \
        || fail "The made-up shop could not be written: the message is above."
    mv "$new" "$DATA"
fi

say "Starting Reorder on $ADDRESS (Ctrl-C stops it)"
if [ -n "$password" ]; then
    cat >&2 <<END

    Sign in at   $ADDRESS
    E-mail       $OWNER
    Password     $password

    The password is shown this once. To start anew: rm -r $DATA, and make run.

END
else
    say "Sign in as $OWNER with the password that was shown when $DATA was made. To start anew: rm -r $DATA, and make run."
fi
exec "$REORDER" serve --data "$DATA"

#!/bin/sh
# AWS's base has an entry point of its own, with the emulator for local runs; elsewhere the client starts here.
set -eu
if [ -x /lambda-entrypoint.sh ]; then exec /lambda-entrypoint.sh "$@"; fi
cd /var/task
exec python3 -m awslambdaric "$@"

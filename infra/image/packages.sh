#!/bin/sh
# Install a lock file into a folder: wheels with the locked hashes, and their bytecode.
set -eu
lock=$1 folder=$2
if [ -e /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi
python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-cache-dir --no-compile \
  --require-hashes --only-binary :all: --target "$folder" --requirement "$lock"
# Scripts there name the interpreter of the build; a program stands by itself.
if [ -d "$folder/bin" ]; then find "$folder/bin" -type f ! -name ruff -delete; fi
# The file system is read-only in Lambda: bytecode that is not written now never is.
python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash "$folder"

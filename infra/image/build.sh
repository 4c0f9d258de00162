#!/usr/bin/env bash
# Build the image with whichever builder is here. BASE, PLATFORM, TAG and TARGET may be set; more arguments go to it.
set -euo pipefail
cd "$(dirname "$0")/../.."
builder=$(command -v docker || command -v podman || command -v buildah) || {
  echo "no docker, podman or buildah here; install one of them to build the image" >&2
  exit 1
}
# A docker client without an engine is no builder.
if [ "$(basename "$builder")" = docker ] && ! docker info >/dev/null 2>&1; then
  builder=$(command -v podman || command -v buildah) || {
    echo "docker answers, but its engine does not run; start it, or install podman or buildah" >&2
    exit 1
  }
fi
arguments=(build --file Dockerfile --tag "${TAG:-tracemend:latest}")
[ -z "${BASE:-}" ] || arguments+=(--build-arg "BASE=$BASE")
[ -z "${PLATFORM:-}" ] || arguments+=(--platform "$PLATFORM")
[ -z "${TARGET:-}" ] || arguments+=(--target "$TARGET")
# Lambda takes plain images only, without the attestations that BuildKit adds.
[ "$(basename "$builder")" != docker ] || arguments+=(--provenance=false)
# Buildah alone builds every step anew unless it is told not to.
[ "$(basename "$builder")" != buildah ] || arguments+=(--layers)
arguments+=(--build-arg "REVISION=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)")
echo "building with $(basename "$builder")" >&2
exec "$builder" "${arguments[@]}" "$@" .

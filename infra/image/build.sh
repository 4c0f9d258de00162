#!/bin/sh
# Build the image with docker, podman or buildah. BASE, PLATFORM, VARIANT, TOOLCHAINS, TAG and CA (a file) may be set.
set -eu
cd "$(dirname "$0")/../.."
if docker info >/dev/null 2>&1; then
  # Lambda takes plain images only, without the attestations that BuildKit adds.
  set -- docker build --provenance=false "$@"
elif command -v podman >/dev/null; then
  set -- podman build "$@"
elif command -v buildah >/dev/null; then
  # Buildah alone builds every step anew unless it is told not to.
  set -- buildah build --layers "$@"
else
  echo "no builder here: start docker's engine, or install podman or buildah" >&2
  exit 1
fi
[ -z "${BASE:-}" ] || set -- "$@" --build-arg "BASE=$BASE"
[ -z "${TOOLCHAINS+set}" ] || set -- "$@" --build-arg "TOOLCHAINS=$TOOLCHAINS"
[ -z "${PLATFORM:-}" ] || set -- "$@" --platform "$PLATFORM"
[ -z "${CA:-}" ] || set -- "$@" --secret "id=ca,src=$CA"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
variant=${VARIANT:-functions}
echo "building $variant with $1" >&2
# Not in the Dockerfile: buildah's cache does not see that an argument has changed.
exec "$@" --build-arg "VARIANT=$variant" --tag "${TAG:-tracemend:$variant}" \
  --label "org.opencontainers.image.version=$version" --label "org.opencontainers.image.revision=$revision" .

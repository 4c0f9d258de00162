#!/bin/sh
# Make a Debian base of one's own: Python and certificates, nothing more. Needs root, mmdebstrap and buildah.
set -eu
tag=${1:-localhost/tracemend-debian}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mmdebstrap --quiet --variant=minbase --include=python3,ca-certificates "${SUITE:-trixie}" "$folder/base.tar"
printf 'FROM scratch\nADD base.tar /\n' > "$folder/Dockerfile"
buildah build --quiet --tag "$tag" "$folder"

#!/bin/sh
# Add what runs the tests of other languages than Python, by the base's own package manager; none for no words.
set -eu
[ $# -gt 0 ] || exit 0
packages=
if command -v dnf >/dev/null; then
  for each in "$@"; do
    case $each in
      node) packages="$packages nodejs22" ;;
      go) packages="$packages golang" ;;
      php) packages="$packages php8.3-cli php8.3-xml php8.3-mbstring" ;;
      rust) packages="$packages cargo" ;;
      java) packages="$packages java-21-amazon-corretto-devel maven" ;;
      *) echo "there is no toolchain $each: choose of node, go, php, rust and java" >&2; exit 2 ;;
    esac
  done
  # shellcheck disable=SC2086 - words
  dnf install -y $packages
  dnf clean all
else
  for each in "$@"; do
    case $each in
      node) packages="$packages nodejs" ;;
      go) packages="$packages golang-go" ;;
      php) packages="$packages phpunit" ;;
      rust) packages="$packages cargo" ;;
      java) packages="$packages default-jdk-headless maven" ;;
      *) echo "there is no toolchain $each: choose of node, go, php, rust and java" >&2; exit 2 ;;
    esac
  done
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2086 - words
  apt-get install -qq --yes --no-install-recommends $packages >/dev/null
  rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log
fi

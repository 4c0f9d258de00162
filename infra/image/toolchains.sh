#!/bin/sh
# Add what runs the tests of other languages than Python, by the base's own package manager; none for no words.
set -eu
[ $# -gt 0 ] || exit 0
base=debian
if command -v dnf >/dev/null; then base=amazon; fi
packages=
for each in "$@"; do
  case $base-$each in
    amazon-node) packages="$packages nodejs22" ;;
    amazon-go) packages="$packages golang" ;;
    amazon-php) packages="$packages php8.3-cli php8.3-xml php8.3-mbstring" ;;
    amazon-java) packages="$packages java-21-amazon-corretto-devel maven" ;;
    debian-node) packages="$packages nodejs" ;;
    debian-go) packages="$packages golang-go" ;;
    debian-php) packages="$packages phpunit" ;;
    debian-java) packages="$packages default-jdk-headless maven" ;;
    *-rust) packages="$packages cargo" ;;
    *) echo "there is no toolchain $each: choose of node, go, php, rust and java" >&2; exit 2 ;;
  esac
done
# shellcheck disable=SC2086 - words
if [ $base = amazon ]; then
  dnf install -y $packages
  dnf clean all
else
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -qq --yes --no-install-recommends $packages >/dev/null
  rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log
fi

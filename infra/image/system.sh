#!/bin/sh
# Add one of pip, git or sandbox to a base, by the base's own package manager.
set -eu
if [ "$1" = pip ] && python3 -m pip --version >/dev/null 2>&1; then exit 0; fi
if [ "$1" = git ] && command -v git >/dev/null; then exit 0; fi
if command -v dnf >/dev/null; then
  case $1 in
    git) dnf install -y git-core ;;
    pip) dnf install -y python3-pip ;;
    # Lambda lets no function make the namespaces that a sandbox needs.
    sandbox) exit 0 ;;
  esac
  dnf clean all
else
  case $1 in
    git) set -- git ca-certificates ;;
    pip) set -- python3-pip ;;
    sandbox) set -- bubblewrap ;;
  esac
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -qq --yes --no-install-recommends "$@" >/dev/null
  rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log
fi

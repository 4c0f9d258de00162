#!/bin/sh
# Inside new namespaces: the system read-only, what is private hidden, the tree and the toolchains shown, and
# no way back to more rights. A session of its own, as `unshare` outside is in the process group: what is
# inside could end it with `kill(0, …)`. Words: root of the workspace, user, kept folders, "--", hidden
# folders, "--", command.
root=$1 user=$2; shift 2
mount -t tmpfs -o size=67108864,mode=1777 tmpfs /dev/shm || exit 126
mount -t tmpfs -o size=1048576 tmpfs /sys || exit 126
mkdir -p /dev/shm/.kept && kept=/dev/shm/.kept
number=0; list=
while [ "$1" != -- ]; do
  number=$((number + 1)); mkdir "$kept/$number" && mount --rbind "$1" "$kept/$number" || exit 126
  list="$list $number:$1"; shift
done
shift; mkdir "$kept/root" && mount --bind "$root" "$kept/root" || exit 126
while [ "$1" != -- ]; do mount -t tmpfs -o size=67108864,mode=1777 tmpfs "$1" || exit 126; shift; done
shift
for each in $list; do
  mkdir -p "${each#*:}" && mount --rbind "$kept/${each%%:*}" "${each#*:}" || exit 126
  mount -o remount,bind,ro "${each#*:}" || exit 126; umount -l "$kept/${each%%:*}"
done
mkdir -p "$root" && mount --bind "$kept/root" "$root" && umount -l "$kept/root" || exit 126
mount -o remount,bind,ro / && cd "$root/tree" || exit 126
exec setsid setpriv --no-new-privs --bounding-set=-all --inh-caps=-all $user -- "$@"

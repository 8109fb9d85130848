#!/bin/sh
# Puts the runner, with byte code, under the directory $2, made for the Python of the root file system $1.
# $2 may be $1 itself, or another directory that is laid over it later.
set -eu
umask 022

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
rootfs=${1:?usage: add-runner.sh ROOTFS DESTINATION}
destination=${2:?usage: add-runner.sh ROOTFS DESTINATION}
home=opt/code-interpreter

rm -rf "$destination/$home/runner"
mkdir -p "$destination/$home/runner"
cp "$here"/runner/*.py "$destination/$home/runner/"
chmod 444 "$destination/$home/runner"/*.py

# The interpreter of the root file system runs where it lies: its loader and libraries are named, nothing is mounted.
loader=$(find "$rootfs/usr/lib" -maxdepth 2 -name 'ld-linux-*' -type f | head -n 1)
run_python() {
  PYTHONHOME="$rootfs/usr" "$loader" --library-path "$(dirname "$loader")" "$rootfs/usr/bin/python3.13" "$@"
}
run_python -S -m compileall -q --invalidation-mode unchecked-hash -s "$destination" -p / "$destination/$home/runner"

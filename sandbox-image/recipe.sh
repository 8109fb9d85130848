#!/bin/sh
# Makes the root file system of the sandbox, all but the runner, in the empty directory $1.
#
# Debian packages are unpacked, never installed: none of their scripts runs, so nothing needs to be mounted, no
# shell or perl is needed inside, and what the scripts would have done is done below where it matters.
# Needs: root, mmdebstrap, debian-archive-keyring, a way to Debian's mirrors by the machine's own apt configuration.
set -eu
umask 022

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
rootfs=${1:?usage: recipe.sh DIRECTORY}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
packages=$(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$here/packages.txt" | paste -sd, -)

unpack() {
  mmdebstrap --mode=root --variant=extract --format=directory --include="$packages" \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
    trixie "$rootfs" \
    "deb [signed-by=$keyring] http://deb.debian.org/debian trixie main" \
    "deb [signed-by=$keyring] http://deb.debian.org/debian trixie-updates main" \
    "deb [signed-by=$keyring] http://deb.debian.org/debian-security trixie-security main"
}

# What the packages' scripts would have linked.
link() {
  for name in bin sbin lib lib64; do
    [ -e "$rootfs/$name" ] || ln -s "usr/$name" "$rootfs/$name"
  done
  libraries=$(dirname "$(find "$rootfs/usr/lib" -name 'libc.so.6')")
  for name in libblas.so.3 liblapack.so.3 libopenblas.so.0; do
    ln -sf "openblas-pthread/$name" "$libraries/$name"
  done
  rm -rf "$libraries/blas" "$libraries/lapack"
}

# No shell, no perl, no package manager, no programs but Python; nothing that only people read or compilers need.
prune() {
  find "$rootfs/usr/bin" "$rootfs/usr/sbin" -mindepth 1 ! -name python3 ! -name python3.13 -delete
  find "$rootfs/etc" -mindepth 1 -maxdepth 1 ! -name fonts ! -name 'matplotlib*' -exec rm -rf {} +
  find "$rootfs/var" "$rootfs/tmp" "$rootfs/dev" -mindepth 1 -delete
  cd "$rootfs/usr"
  rm -rf games local src include libexec share/doc share/man share/info share/locale share/perl* share/lintian \
    share/bug share/javascript share/unicode share/X11 share/tcltk share/gcc* share/debconf share/dpkg share/polkit-1 \
    share/python-wheels share/pixmaps share/applications share/menu share/bash-completion share/doc-base share/gdb \
    share/matplotlib/sample_data share/pam* share/initramfs-tools share/systemd share/mime share/glib-2.0 share/python3 share/libgcrypt20 \
    lib/apt lib/dpkg lib/systemd lib/init lib/udev lib/sysctl.d lib/tmpfiles.d lib/terminfo lib/tcltk lib/tc* lib/tk* \
    lib/libBLT* lib/gcc lib/mime lib/pam.d lib/valgrind lib/modules* lib/sysusers.d
  cd lib/*-linux-gnu
  rm -rf perl* gconv perl-base security systemd apt-pkg* libapt* libtk* libtcl* tcl* tk* libperl* libdpkg* libsystemd* \
    libX11* libXft* libXext* libXrender* libXss* libgio-* libgirepository* libdebconf* libproc* libcrypt-* audit glib-2.0
  cd "$rootfs/usr/lib"
  rm -rf python3.13/idlelib python3.13/tkinter python3.13/turtledemo python3.13/lib2to3 python3.13/ensurepip \
    python3.13/lib-dynload/_tkinter* python3.13/config-3.13-* python3.13/test
  find "$rootfs/usr/lib/python3" -type d \( -name tests -o -name test -o -name testing_data \) \
    ! -path '*/numpy/*' ! -path '*/networkx/*' -prune -exec rm -rf {} +
  find "$rootfs/usr" \( -name '*.a' -o -name '*.la' -o -name '*.h' -o -name '*.pxd' -o -name '*.pyx' -o -name '*.c' \
    -o -name '__pycache__' \) -prune -exec rm -rf {} +
  find "$rootfs" -xdev -type f -perm /6111 ! -name python3.13 ! -name 'ld-linux-*' -exec chmod a-s,a-x {} +
}

configure() {
  mkdir -p "$rootfs/etc" "$rootfs/dev" "$rootfs/proc" "$rootfs/sys" "$rootfs/mnt/data" "$rootfs/home/sandbox" \
    "$rootfs/root" "$rootfs/tmp" "$rootfs/usr/share/code-interpreter/matplotlib" "$rootfs/opt/code-interpreter"
  # Two uids with one name: see runner/privileges.py.
  printf '%s\n' 'root:x:0:0:root:/root:/none' 'sandbox:x:65532:65532::/home/sandbox:/none' \
    'sandbox:x:65533:65533::/home/sandbox:/none' >"$rootfs/etc/passwd"
  printf '%s\n' 'root:x:0:' 'sandbox:x:65532:' 'sandbox:x:65533:' >"$rootfs/etc/group"
  printf '%s\n' 'passwd: files' 'group: files' 'hosts: files' >"$rootfs/etc/nsswitch.conf"
  printf '127.0.0.1 localhost\n' >"$rootfs/etc/hosts"
  printf 'UTC\n' >"$rootfs/etc/timezone"
  ln -s /usr/share/zoneinfo/UTC "$rootfs/etc/localtime"
  if [ -x /usr/sbin/ldconfig ]; then /usr/sbin/ldconfig -r "$rootfs"; else /sbin/ldconfig -r "$rootfs"; fi
}

# Runs the Python of the new root inside it, with no variable of this machine.
inside() {
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TZ=UTC PYTHONDONTWRITEBYTECODE=1 \
    OPENBLAS_NUM_THREADS=1 MPLBACKEND=Agg MPLCONFIGDIR=/usr/share/code-interpreter/matplotlib \
    chroot "$rootfs" /usr/bin/python3 "$@"
}

# Byte code that is never checked against its source: the root is read-only, sources do not change.
compile() {
  mkdir "$rootfs/dev/shm"
  inside -m compileall -q -j 0 --invalidation-mode unchecked-hash /usr/lib/python3 /usr/lib/python3.13
  rm -rf "$rootfs/dev/shm"
  find "$rootfs/tmp" -mindepth 1 -delete
}

unpack
link
prune
configure
cp "$here/build/memory_tempfile.py" "$rootfs/usr/lib/python3/dist-packages/_memory_tempfile.py"
inside - <"$here/build/patch_packages.py"
inside - <"$here/build/font_cache.py"
compile
inside - <"$here/build/check_imports.py"
inside - <"$here/build/list_packages.py"
find "$rootfs/usr/share/code-interpreter" -type d -exec chmod 555 {} +
find "$rootfs/tmp" "$rootfs/home/sandbox" -type d -exec chmod 755 {} +

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

# What the packages' scripts would have linked and made.
link() {
  for name in bin sbin lib lib64; do
    [ -e "$rootfs/$name" ] || ln -s "usr/$name" "$rootfs/$name"
  done
  libraries=$(dirname "$(find "$rootfs/usr/lib" -name 'libc.so.6')")
  for name in libblas.so.3 liblapack.so.3 libopenblas.so.0; do
    ln -sf "openblas-pthread/$name" "$libraries/$name"
  done
  rm -rf "$libraries/blas" "$libraries/lapack"
  # Requests cannot be imported without.
  rm -rf "$rootfs/etc/ssl"
  mkdir -p "$rootfs/etc/ssl/certs"
  cat "$rootfs"/usr/share/ca-certificates/mozilla/*.crt >"$rootfs/etc/ssl/certs/ca-certificates.crt"
}

# No shell, no perl, no package manager, no programs but Python; nothing that only people read or compilers need.
prune() {
  only "$rootfs/usr" bin sbin lib lib64 share
  only "$rootfs/usr/bin" python3 python3.13
  only "$rootfs/usr/sbin"
  only "$rootfs/etc" fonts matplotlibrc ssl
  only "$rootfs/var"
  only "$rootfs/tmp"
  only "$rootfs/dev"
  only "$rootfs/usr/share" fonts fontconfig matplotlib docutils gdal hyphen iso-codes proj python-babel-localedata \
    python3-plotly xyzservices zoneinfo
  find "$rootfs/usr/lib" -mindepth 1 -maxdepth 1 -type d ! -name 'python3*' ! -name locale ! -name '*-linux-gnu' \
    -exec rm -rf {} +
  find "$rootfs/usr/lib"/*-linux-gnu -mindepth 1 -maxdepth 1 -type d ! -name openblas-pthread ! -name ossl-modules \
    -exec rm -rf {} +
  cd "$rootfs/usr/lib"
  rm -rf python3.13/idlelib python3.13/tkinter python3.13/turtledemo python3.13/lib2to3 python3.13/ensurepip \
    python3.13/lib-dynload/_tkinter* python3.13/config-3.13-* python3.13/test python3/dist-packages/pycountry/locales
  # Some packages import their own tests.
  find "$rootfs/usr/lib/python3" -type d \( -name tests -o -name test -o -name testing_data \) \
    ! -path '*/numpy/*' ! -path '*/networkx/*' ! -path '*/tables/*' ! -path '*/h5py/*' ! -path '*/pulp/*' \
    ! -path '*/bottleneck/*' -prune -exec rm -rf {} +
  find "$rootfs/usr" \( -name '*.a' -o -name '*.la' -o -name '*.h' -o -name '*.pxd' -o -name '*.pyx' -o -name '*.c' \
    -o -name '__pycache__' \) -prune -exec rm -rf {} +
  find "$rootfs" -xdev -type f -perm /6111 ! -name python3.13 ! -name 'ld-linux-*' -exec chmod a-s,a-x {} +
}

# Removes all that lies in the directory $1 but the names that follow.
only() {
  directory=$1
  shift
  for path in "$directory"/* "$directory"/.[!.]*; do
    case " $* " in
      *" ${path##*/} "*) ;;
      *) rm -rf "$path" ;;
    esac
  done
}

configure() {
  mkdir -p "$rootfs/etc" "$rootfs/dev" "$rootfs/proc" "$rootfs/sys" "$rootfs/mnt/data" "$rootfs/home/sandbox" \
    "$rootfs/root" "$rootfs/tmp" "$rootfs/usr/share/code-interpreter/matplotlib" "$rootfs/var/cache/fontconfig" \
    "$rootfs/opt/code-interpreter" "$rootfs/dev/shm"
  # For what runs inside from here on; a sandbox has the engine's /dev.
  : >"$rootfs/dev/null"
  # The user that code takes itself for. Its ids are drawn for each sandbox (runner/users.py) and have no entry.
  printf '%s\n' 'root:x:0:0:root:/root:/none' 'sandbox:x:65532:65532::/home/sandbox:/none' >"$rootfs/etc/passwd"
  printf '%s\n' 'root:x:0:' 'sandbox:x:65532:' >"$rootfs/etc/group"
  printf '%s\n' 'passwd: files' 'group: files' 'hosts: files' >"$rootfs/etc/nsswitch.conf"
  printf '127.0.0.1 localhost\n' >"$rootfs/etc/hosts"
  printf 'UTC\n' >"$rootfs/etc/timezone"
  ln -s /usr/share/zoneinfo/UTC "$rootfs/etc/localtime"
}

index_libraries() {
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
  inside -m compileall -q -j 0 --invalidation-mode unchecked-hash /usr/lib/python3 /usr/lib/python3.13
}

close_up() {
  only "$rootfs/dev"
  only "$rootfs/tmp"
  find "$rootfs/usr/share/code-interpreter" "$rootfs/var/cache" -type d -exec chmod 555 {} +
  find "$rootfs/tmp" "$rootfs/home/sandbox" -type d -exec chmod 755 {} +
}

unpack
link
prune
configure
index_libraries
inside - <"$here/build/unneeded_libraries.py"
index_libraries
for name in memory_multiprocessing memory_tempfile pulp_highs tbb_threads; do
  cp "$here/build/$name.py" "$rootfs/usr/lib/python3/dist-packages/_$name.py"
done
# In the place of a link to Debian's own.
rm -f "$rootfs/usr/lib/python3.13/sitecustomize.py"
cp "$here/build/sitecustomize.py" "$rootfs/usr/lib/python3.13/sitecustomize.py"
mkdir "$rootfs/usr/lib/python3/dist-packages/IPython"
cp "$here/build/ipython.py" "$rootfs/usr/lib/python3/dist-packages/IPython/__init__.py"
cp "$here/build/ipython_display.py" "$rootfs/usr/lib/python3/dist-packages/IPython/display.py"
for name in packages threads; do
  cat "$here/build/change.py" "$here/build/patch_$name.py" | inside -
done
inside - <"$here/build/font_cache.py"
compile
inside - <"$here/build/check_imports.py"
inside - <"$here/build/list_packages.py"
close_up

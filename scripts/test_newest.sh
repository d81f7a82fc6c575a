#!/bin/bash
# Builds everything with the newest compiler, protobuf and gRPC that Debian has, and
# runs the tests there, but for two that ask clang-format 14. They stand in a folder of
# their own, a Debian unstable with protobuf and gRPC from experimental, which is made
# when it is not there. For `make test-newest`; needs root, debootstrap, a mirror of
# Debian and 5 GB.
#
#   scripts/test_newest.sh FOLDER [JOBS]
set -euo pipefail

folder=$1 jobs=${2:-$(nproc)}
source=$(cd "$(dirname "$0")/.." && pwd)
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

fail() {
  echo "$*" >&2
  exit 1
}
[[ $(id -u) == 0 ]] || fail "run it as root: it makes a Debian of its own"
# What is mounted here nobody else sees, and it is gone with this script.
[[ -n ${MOUNTS_ARE_OUR_OWN-} ]] ||
  exec env MOUNTS_ARE_OUR_OWN=yes unshare --mount "$0" "$@"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
root=$folder/debian

inside() {
  chroot "$root" /usr/bin/env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

if [[ ! -e $root/complete ]]; then
  rm -rf "$root"
  mkdir -p "$root"
  debootstrap --variant=minbase --include=ca-certificates sid "$root" "$mirror" \
    > "$folder/debootstrap.log" ||
    fail "debootstrap: $(tail -n 5 "$folder/debootstrap.log")"
  printf "deb $mirror %s main\n" sid experimental > "$root/etc/apt/sources.list"
  # All of experimental would bring an abseil that its protobuf was not built with.
  cat > "$root/etc/apt/preferences.d/newest" << 'END'
Package: src:protobuf src:grpc
Pin: release a=experimental
Pin-Priority: 990
END
  # A mirror that stands still does as well.
  echo 'Acquire::Check-Valid-Until "false";' > "$root/etc/apt/apt.conf.d/99mirror"
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
fi
mkdir -p "$root/project"
# The tests of full disks mount, which takes a root that is a mount itself.
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind --make-rslave /dev "$root/dev"
mount --bind "$source" "$root/project"

if [[ ! -e $root/complete ]]; then
  inside apt-get update -q > "$folder/apt.log" 2>&1 ||
    fail "apt-get update: $(tail -n 5 "$folder/apt.log")"
  inside apt-get install -q -y --no-install-recommends g++ cmake ninja-build ccache \
    mold pkgconf git protobuf-compiler protobuf-compiler-grpc libprotobuf-dev \
    libprotoc-dev libgrpc++-dev libabsl-dev libgtest-dev libgmock-dev libre2-dev \
    libssl-dev libsqlite3-dev libpq-dev libhiredis-dev libspdlog-dev openssl sqlite3 \
    postgresql pgbouncer redis-server libnghttp2-dev prometheus-cpp-dev ca-certificates \
    python3-grpcio python3-protobuf python3-django python3-djangorestframework \
    python3-psycopg2 patchelf nodejs npm dpkg-dev file procps zsh fish graphviz \
    >> "$folder/apt.log" 2>&1 ||
    fail "apt-get install: $(tail -n 20 "$folder/apt.log")"
  # Whom this machine trusts, npm may there, too.
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  touch "$root/complete"
fi

inside bash -euc "
  g++ --version | head -n 1
  protoc --version
  pkgconf --modversion grpc++ | sed 's/^/gRPC /'
  git config --global --add safe.directory /project
  cd /project
  scripts/mend_newest_python.sh
  CI=1 cmake --preset dev -B build/newest/build -DMODELSERVICE_WERROR=ON
  cmake --build build/newest/build --parallel $jobs
  scripts/install_clients.sh build/newest/build/clients
  export TEST_POSTGRES_DATA=\$PWD/build/newest/build/postgres_data
  rm -rf \"\$TEST_POSTGRES_DATA\"
  CI=1 ctest --test-dir build/newest/build --parallel $jobs --output-on-failure \
    --exclude-regex '^(golden_format|settings_text)_test\$'"

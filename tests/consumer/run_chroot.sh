#!/bin/bash
# Installs packages into a bare Debian 12, builds the quickstart there against
# them, and walks through it, as on a machine that has nothing else. For
# `make package-test`; needs root, debootstrap and a mirror of Debian.
#
#   run_chroot.sh PACKAGE_FOLDER WORK_FOLDER
set -euo pipefail

packages=$1 work=$2
source=$(cd "$(dirname "$0")/../.." && pwd)
root=$work/debian
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

fail() {
  echo "$*" >&2
  exit 1
}
[[ $(id -u) == 0 ]] || fail "run it as root: it makes a Debian of its own"
compgen -G "$packages/*.deb" > /dev/null || fail "no packages in $packages"

# Never with the machine's own /proc inside.
clean_up() { ! mountpoint -q "$root/proc" || umount "$root/proc"; }
trap clean_up EXIT
clean_up
rm -rf "$root"
mkdir -p "$root"
debootstrap --variant=minbase bookworm "$root" "$mirror" > "$work/debootstrap.log" ||
  fail "debootstrap: $(tail -n 5 "$work/debootstrap.log")"
mount -t proc proc "$root/proc"
cp /etc/resolv.conf "$root/etc/resolv.conf"

inside() {
  chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}
mkdir "$root/packages"
cp "$packages"/*.deb "$root/packages"
inside apt-get update -q > "$work/apt.log"
# What the packages do not bring themselves, a project chooses: how it is built,
# and here, in which language its client is.
inside bash -c 'apt-get install -q -y --no-install-recommends /packages/*.deb \
  g++ cmake ninja-build python3-grpcio python3-protobuf' >> "$work/apt.log" 2>&1 ||
  fail "apt-get install: $(tail -n 20 "$work/apt.log")"

shop=$root/shop
mkdir -p "$shop/examples"
cp -r "$source/examples/quickstart" "$shop/examples/quickstart"
annotations=$(inside dpkg -L libmodelservice-dev |
  grep '/modelservice/annotations.proto$')
ln -s "${annotations%/modelservice/*}" "$shop/protos"
cat > "$shop/CMakeLists.txt" << 'END'
cmake_minimum_required(VERSION 3.25)
project(shop CXX)
find_package(modelservice CONFIG REQUIRED)
add_executable(quickstart examples/quickstart/main.cc)
modelservice_generate(TARGET quickstart PROTOS examples/quickstart/shop.proto
                      IMPORT_DIRS examples/quickstart)
target_link_libraries(quickstart PRIVATE modelservice::manage)
set_target_properties(quickstart PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                                            examples/quickstart)
END
inside cmake -S /shop -B /shop/build -G Ninja -DCMAKE_BUILD_TYPE=Debug
inside cmake --build /shop/build
inside /shop/examples/quickstart/demo.sh /shop/build
echo "The packages serve on a bare Debian."

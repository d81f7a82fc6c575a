#!/bin/bash
# Installs the Debian packages that are missing for what is to be done:
#
#   scripts/install_packages.sh [build] [demo] [test] [bench] [package] [format]
#
# When all are there it says nothing and touches no network. [sanitize] is for
# clang's sanitizers, which tell by names what tests/tsan_suppressions.cc knows;
# [bazel] is for tests/bazel alone, [chroot] for `make package-test`.
set -euo pipefail

declare -A packages=(
  [build]="g++ cmake ninja-build ccache mold pkg-config
    protobuf-compiler protobuf-compiler-grpc libprotobuf-dev libprotoc-dev
    libgrpc++-dev libabsl-dev libre2-dev libssl-dev libsqlite3-dev libpq-dev
    libhiredis-dev prometheus-cpp-dev libspdlog-dev"
  [demo]="python3 python3-protobuf python3-grpcio"
  [test]="libgtest-dev libgmock-dev git ca-certificates clang clang-tidy
    python3-django python3-djangorestframework sqlite3 libnghttp2-dev
    postgresql pgbouncer python3-psycopg2 openssl redis-server dpkg-dev
    clang-format shellcheck graphviz zsh fish"
  [bench]="libnghttp2-dev postgresql python3 python3-django
    python3-djangorestframework python3-grpcio python3-protobuf
    python3-psycopg2 redis-server"
  [package]="dpkg-dev git"
  [format]="clang-format git"
  [sanitize]="libclang-rt-dev llvm"
  [chroot]="debootstrap"
  [bazel]="bazel-bootstrap bazel-rules-java"
)

installed() {
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2> /dev/null) \
    == installed ]]
}

if ! command -v dpkg-query > /dev/null; then
  echo "This is not Debian or Ubuntu: install a C++17 compiler, CMake 3.25," \
    "Ninja, protobuf, gRPC, abseil, OpenSSL and SQLite yourself, then use the" \
    "presets of CMakePresets.json." >&2
  exit 1
fi

missing=()
for group in "$@"; do
  for package in ${packages[$group]}; do
    installed "$package" || missing+=("$package")
  done
  # A Node.js from elsewhere does as well.
  if [[ $group == test ]]; then
    command -v node > /dev/null || missing+=(nodejs)
    command -v npm > /dev/null || missing+=(npm)
  fi
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

as_root=()
if [[ $(id -u) != 0 ]]; then
  if ! command -v sudo > /dev/null; then
    echo "Missing packages, and neither root nor sudo to install them. Run as" \
      "root: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing ${missing[*]}"
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -q -y --no-install-recommends "${missing[@]}"

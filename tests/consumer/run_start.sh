#!/bin/bash
# Types in docs/start.md: each of its files, in order, and what its commands say. The
# README shows the first ones, too.
#
#   run_start.sh CMAKE PREFIX WORK_FOLDER [CMAKE_ARGUMENT...]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
page="$here/../../docs/start.md"
# shellcheck source-path=SCRIPTDIR source=page_block.sh
. "$here/page_block.sh"
cmake=$1 prefix=$2 work=$3
shift 3

rm -rf "$work"
mkdir -p "$work/shop"
cd "$work/shop"

# Whether the page shows the command that is run here.
says() {
  grep -qF -- "$1" "$page" || {
    echo "docs/start.md does not say: $1" >&2
    exit 1
  }
}

configure() {
  says 'cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH='
  "$cmake" -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_CXX_FLAGS_DEBUG=-O0 "-DCMAKE_PREFIX_PATH=$prefix" "$@"
  says 'cmake --build build'
  "$cmake" --build build
}

for file in shop.proto main.cc CMakeLists.txt; do
  block "$here/../../README.md" "$file"
  mv "$file" ..
  block "$page" "$file"
  diff "$file" "../$file" # the README's is the same
done
configure "$@"
says 'build/shop migrate'
build/shop migrate | grep -q "created table customer"
says 'build/shop serve'
build/shop serve --list-handlers | grep -q /shop.CustomerService/Retrieve

# Without CMake.
export PATH="$prefix/bin:$PATH"
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name modelservice.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2016 # eval expands them
for command in \
  'protoc -I. -I"$(pkg-config --variable=protodir modelservice)" --cpp_out=. --modelservice_out=. shop.proto' \
  'c++ -std=c++17 -O2 -o shop main.cc shop.pb.cc shop.modelservice.pb.cc $(pkg-config --cflags --libs modelservice)'; do
  says "$command"
  eval "${command/-O2/-O0}"
done
says './shop migrate'
./shop migrate | grep -q "no table is missing"
pkg-config --libs modelservice-testing | grep -q -- -lmodelservice_testing

# The change, and its test.
block "$page" customers.h
block "$page" main.cc 2
block "$page" shop_test.cc
block "$page" CMakeLists.txt 2
configure "$@"
build/shop_test
echo "docs/start.md works."

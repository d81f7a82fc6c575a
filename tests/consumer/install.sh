#!/bin/bash
# Installs modelservice from a build folder into a clean prefix, for the tests
# beside this file.
#
#   install.sh CMAKE BUILD_FOLDER PREFIX
set -euo pipefail

scripts=$(cd "$(dirname "$0")/../../scripts" && pwd)
cmake=$1 build=$2 prefix=$3

rm -rf "$prefix"
mkdir -p "$prefix"
"$cmake" --install "$build" --prefix "$prefix" > "$prefix/install.log"
# Nothing private is installed that no public header needs, and all that one does.
diff <("$scripts/check_arrows.py" --installed) \
  <(cd "$prefix/include" &&
    find modelservice -name '*.h' ! -name '*.pb.h' | LC_ALL=C sort) || {
  echo "Other headers are installed than scripts/check_arrows.py expects." >&2
  exit 1
}
version=$("$prefix/bin/protoc-gen-modelservice" --version)
[[ $version == "protoc-gen-modelservice "* ]]
[[ $("$prefix/bin/modelservice" --version) == "modelservice ${version##* }" ]]
"$prefix/bin/protoc-gen-modelservice" --help | grep -q -- "--modelservice_out"

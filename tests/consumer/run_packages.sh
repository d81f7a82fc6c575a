#!/bin/bash
# Packs what a build folder holds, twice: the same comes out, with what the packages
# should hold and need. Skipped where there is no dpkg-shlibdeps, but not in CI.
#
#   run_packages.sh BUILD_FOLDER WORK_FOLDER
set -euo pipefail

build=$1 work=$2

if ! command -v dpkg-shlibdeps > /dev/null; then
  echo "SKIPPED: no dpkg-shlibdeps (package dpkg-dev)"
  [[ -z ${CI:-} ]] && exit 77
  exit 1
fi

fail() {
  echo "$*" >&2
  exit 1
}

rm -rf "$work"
for round in 1 2; do
  mkdir -p "$work/$round"
  # Each in a second of its own.
  (cd "$work/$round" && SOURCE_DATE_EPOCH=1700000000 \
    cpack --config "$build/CPackConfig.cmake" -B "$work/$round" > log) ||
    fail "cpack: $(tail -n 20 "$work/$round/log")"
  sleep 1
done
cd "$work/1"
for package in *.deb; do
  cmp "$package" "../2/$package" || fail "$package differs from itself"
done

tools=$(echo modelservice-tools_*.deb) dev=$(echo libmodelservice-dev_*.deb)
dpkg-deb --field "$tools" Depends | grep -q 'libprotoc' ||
  fail "the tools do not need what they link"
dpkg-deb --field "$dev" Depends | grep -q 'modelservice-tools (= ' ||
  fail "the libraries do not need the plugin"
dpkg-deb --extract "$tools" root
dpkg-deb --extract "$dev" root
plugin=$(find root -name protoc-gen-modelservice)
"$plugin" --version
[[ -n $(find root -name modelservice.pc) ]] || fail "no modelservice.pc"
[[ -n $(find root -name modelserviceConfig.cmake) ]] || fail "no CMake package"
[[ -n $(find root -name objects.h) ]] || fail "no headers"
if find root -name '*_test' -o -name '*_test.*' | grep -q .; then
  fail "tests are among what is packed"
fi
echo "The packages are sound."

#!/bin/bash
# Has a project take in the checkout by add_subdirectory and by FetchContent: it is
# configured, and every file that a program needs has a rule. Nothing is built: that
# would be all of modelservice once more.
#
#   run_subproject.sh CMAKE CHECKOUT PLUGIN WORK_FOLDER [CMAKE_ARGUMENT...]
set -euo pipefail

project=$(cd "$(dirname "$0")" && pwd)/subproject
cmake=$1 checkout=$2 plugin=$3 work=$4
shift 4

rm -rf "$work"
for way in add_subdirectory FetchContent; do
  folder="$work/$way"
  # With the plugin that is there, so that it is not built once more.
  "$cmake" -S "$project" -B "$folder" -G Ninja "-DWAY=$way" \
    "-DCHECKOUT=$checkout" "-Dmodelservice_PLUGIN=$plugin" \
    -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0 "$@"
  # Every file that the program needs is there or has a rule.
  ninja -C "$folder" -n thing > "$work/plan"
  grep -q "Generating C++ from thing.proto" "$work/plan"
  grep -q "Linking CXX executable thing" "$work/plan"
  # Neither its tests nor its installation are the outer project's.
  if ninja -C "$folder" -t targets all | grep -q "sql_test"; then
    echo "$way: modelservice's own tests are a part of the project" >&2
    exit 1
  fi
done
echo "A checkout inside of a project works."

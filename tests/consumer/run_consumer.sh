#!/bin/bash
# Builds the project of this folder against an installed modelservice, runs its
# test, and has its client call its server.
#
#   run_consumer.sh CMAKE PREFIX WORK_FOLDER [CMAKE_ARGUMENT...]
set -euo pipefail

project=$(cd "$(dirname "$0")" && pwd)/project
cmake=$1 prefix=$2 work=$3
shift 3

rm -rf "$work"
mkdir -p "$work"
# The project is copied, so that it cannot reach into this tree.
cp -r "$project" "$work/project"
"$cmake" -S "$work/project" -B "$work/build" -G Ninja \
  -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0 \
  -DCMAKE_PREFIX_PATH="$prefix" "$@"
"$cmake" --build "$work/build"

# A component that there is not is named, beside those that there are.
mkdir "$work/component"
cat > "$work/component/CMakeLists.txt" << 'EOF'
cmake_minimum_required(VERSION 3.25)
project(component LANGUAGES CXX)
find_package(modelservice CONFIG COMPONENTS sqlite nothing REQUIRED)
EOF
if "$cmake" -S "$work/component" -B "$work/component/build" -G Ninja \
  -DCMAKE_PREFIX_PATH="$prefix" "$@" > "$work/component.log" 2>&1 ||
  ! tr -s ' \n' ' ' < "$work/component.log" |
    grep -q 'has no component nothing; it has runtime, client, sqlite,'; then
  cat "$work/component.log" >&2
  exit 1
fi

cd "$work/build"
./library_unit_test
./library migrate --database=sqlite:library.db
./library serve --database=sqlite:library.db --address=127.0.0.1:0 \
  > server.log 2>&1 &
server=$!
trap 'kill "$server" 2> /dev/null || true' EXIT

address=
for _ in $(seq 100); do
  address=$(grep -oE '127\.0\.0\.1:[1-9][0-9]*' server.log | head -1) && break
  kill -0 "$server" 2> /dev/null || break
  sleep 0.1
done
if [[ -z $address ]]; then
  echo "The server did not come up:" >&2
  cat server.log >&2
  exit 1
fi
./library_client "$address"

kill -TERM "$server"
trap - EXIT
wait "$server" || {
  echo "The server did not stop cleanly:" >&2
  cat server.log >&2
  exit 1
}
echo "The installed package works."

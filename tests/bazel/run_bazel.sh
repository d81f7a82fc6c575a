#!/bin/bash
# Builds modelservice with Debian's Bazel and packages, without a network: its
# plugin, runtime and quickstart, their quick unit tests, and the workspace of
# somebody else (tests/consumer/bazel) that uses them.
#
#   run_bazel.sh SOURCES WORK_FOLDER
#
# Everything is built once, from that workspace: modelservice is an outside
# repository there, and its own workspace is only looked through. Without Bazel
# it is skipped (77), but not in CI.
set -euo pipefail

sources=$(cd "$1" && pwd)
mkdir -p "$2"
work=$(cd "$2" && pwd)

unless_in_ci() {
  echo "$1" >&2
  [[ -z ${CI:-} ]] || exit 1
  exit 77
}
# Debian's says "no_version" of itself.
bazel=$(command -v bazel-4 || command -v bazel) || unless_in_ci \
  "There is no bazel: scripts/install_packages.sh bazel installs it."
version=$("$bazel" --version)
[[ $bazel == */bazel-4 || $version == "bazel 4."* ]] || unless_in_ci \
  "$bazel is $version; the test is written for Debian 12's, 4.2.3."

# bazel FOLDER COMMAND [ARGUMENT...]
bazel_in() {
  local folder=$1
  shift
  # A busy machine takes its time to start a server; it goes soon after.
  (cd "$folder" && "$bazel" --output_user_root="$work/root" \
    --local_startup_timeout_secs=600 --host_jvm_args=-Xmx1g \
    --max_idle_secs=60 "$@" --curses=no --noshow_progress)
}
trap 'for folder in "$sources" "$work/workspace/library"; do
  bazel_in "$folder" shutdown > /dev/null 2>&1 || true
done' EXIT

# The workspace is copied, so that it cannot reach into this tree.
mkdir -p "$work/workspace"
rm -rf "$work/workspace/library"
cp -r "$sources/tests/consumer/bazel" "$work/workspace/library"
ln -sfn "$sources" "$work/workspace/modelservice"
library=$work/workspace/library
# Clang needs less time, and less still for some sources at once.
printf 'build --%s\n' repo_env=CC=clang @modelservice//bazel:unity \
  >> "$library/.bazelrc"

echo "== bazel/README.md: what it says to write"
readme=$sources/bazel/README.md
# block N: the Nth block of Starlark.
block() {
  awk -v n="$1" '/^```/ { inside = /^```starlark/ && ++seen == n; next } inside' \
    "$readme"
}
# On one line each: module(...) of MODULE.bazel is on several.
modules=$(tr -s '\n ' ' ' < "$sources/MODULE.bazel")
block 1 | sed -n 's/^bazel_dep(\(.*\))$/\1/p' | while read -r module; do
  [[ $modules == *"$module"* ]] || {
    echo "MODULE.bazel does not have: $module" >&2
    exit 1
  }
done
diff <(block 3 | sed 's/"shop"/"library"/') \
  <(grep -v '^#' "$library/WORKSPACE" | cat -s)
mkdir "$library/shop"
block 2 > "$library/shop/BUILD.bazel"
cp "$sources"/examples/quickstart/{shop.proto,main.cc} "$library/shop"

echo "== modelservice's own workspace: every target can be made sense of"
bazel_in "$sources" build --config=offline4 --nobuild //bazel/... //examples/... \
  //plugin/... //protos/... //runtime/...
bazel_in "$sources" shutdown

echo "== from outside: the plugin, the runtime, the quickstart and their tests"
bazel_in "$library" test --jobs=2 //books/... //shelves/... \
  //shop/... //tools/... @modelservice//examples/quickstart \
  @modelservice//runtime:quick_tests

echo "== the programs run"
bin=$(bazel_in "$library" info bazel-bin)
rm -f "$work"/*.db
"$bin/books/library" migrate "--database=sqlite:$work/library.db"
"$bin/external/modelservice/examples/quickstart/quickstart" migrate \
  "--database=sqlite:$work/quickstart.db"

echo "== what is wrong is said"
# refused TARGET TEXT...
refused() {
  local target=$1 text
  shift
  if bazel_in "$library" build --jobs=2 "$target" > "$work/refused.log" 2>&1; then
    echo "$target builds, and should not" >&2
    exit 1
  fi
  for text; do
    grep -qF "$text" "$work/refused.log" || {
      echo "$target is not refused with the words: $text" >&2
      cat "$work/refused.log" >&2
      exit 1
    }
  done
}
refused //wrong:model \
  'model.proto:12:8: error: Book.shelf: references: there is no message "Shelff"'
refused //wrong:dialect \
  'library/v1/shelf.proto:9:3: error: Shelf: its table "pg_shelf"' \
  'PostgreSQL looks for names with pg_'
refused //wrong:nothing \
  'its protos have no srcs; name the proto_library that has them'

echo "== without PostgreSQL and Redis nothing of theirs is linked"
# linked FLAG... is what modelservice::Main stands on.
linked() {
  bazel_in "$library" cquery --noimplicit_deps --notool_deps "$@" \
    'deps(@modelservice//runtime:manage)' 2> "$work/linked.log" ||
    { cat "$work/linked.log" >&2; exit 1; }
}
theirs='runtime:postgres |@postgres//|runtime:redis |@hiredis//'
with=$(linked)
without=$(linked --@modelservice//bazel:postgres=False \
  --@modelservice//bazel:redis=False)
[[ $(grep -cE "$theirs" <<< "$with") -ge 4 ]] || {
  echo "The runtime does not link its backends: $with" >&2
  exit 1
}
grep -q "runtime:databases " <<< "$without"
if grep -E "$theirs" <<< "$without" >&2; then
  echo "These are linked although they are switched off." >&2
  exit 1
fi
echo "Bazel builds modelservice, and others build with it."

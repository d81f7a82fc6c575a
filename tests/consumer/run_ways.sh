#!/bin/bash
# Builds the project `ways` against an installed modelservice, in a path with
# blanks, by Ninja and by Make: what is built works, a second build does nothing,
# and what imports a changed file is made anew. Then as if for another machine,
# where only the tools that are named can run: they generate the same.
#
#   run_ways.sh CMAKE PREFIX WORK_FOLDER [CMAKE_ARGUMENT...]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cmake=$1 prefix=$2 work="$3/with blanks"
shift 3

fail() {
  echo "$*" >&2
  exit 1
}

# Whether anything is newer than the stamp.
changed() {
  [[ -n $(find "$1" -newer "$work/stamp" \( -name '*.pb.cc' -o -name '*.o' \
    -o -name shop \) -print -quit) ]]
}

# configure FOLDER GENERATOR [CMAKE_ARGUMENT...]
configure() {
  local folder=$1 generator=$2
  shift 2
  "$cmake" -S "$project" -B "$folder" -G "$generator" \
    -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0 \
    "-DCMAKE_PREFIX_PATH=$work/prefix" "$@"
}

rm -rf "$work"
mkdir -p "$work"
cp -r "$prefix" "$work/prefix"
cp -r "$here/ways" "$work/my project"
project="$work/my project"

for generator in Ninja "Unix Makefiles"; do
  folder="$work/build $generator"
  kinds=OFF
  [[ $generator == Ninja ]] && kinds=ON
  configure "$folder" "$generator" "-DALL_KINDS=$kinds" "$@"
  "$cmake" --build "$folder"
  database="$work/$kinds.db"
  "$folder/shop" migrate "--database=sqlite:$database" | grep -q "created table shop"

  touch "$work/stamp"
  "$cmake" --build "$folder"
  changed "$folder" && fail "$generator: a second build made something anew"

  sleep 1 # Make sees whole seconds where a file system has no more
  touch "$work/stamp" "$project/protos/owner.proto"
  sleep 1
  touch "$project/protos/owner.proto"
  "$cmake" --build "$folder"
  find "$folder" -newer "$work/stamp" -name 'my shop.modelservice.pb.cc' |
    grep -q . || fail "$generator: an import changed, and nothing was made anew"
done

folder="$work/build Ninja"
database="$work/stock.db"
sqlite3 "$database" "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
  INSERT INTO item VALUES (1, 'a'), (2, 'b'), (3, 'a')"
[[ $("$folder/count_stock" "$database" a) == 2 ]] ||
  fail "the shared library does not count"
[[ $("$folder/load_stock" "$folder/libplugged.so" "$database" a) == 2 ]] ||
  fail "the module does not count"

# The package's own plugin is for the other machine.
cp "$work/prefix/bin/protoc-gen-modelservice" "$work/plugin of this machine"
printf '#!/bin/sh\nexit 1\n' > "$work/prefix/bin/protoc-gen-modelservice"
configure "$work/build cross" Ninja -DCMAKE_SYSTEM_NAME=Linux \
  "-Dmodelservice_PLUGIN=$work/plugin of this machine" "$@"
# It is what was compiled before.
cd "$work/build Ninja/protos/modelservice/shop"
mapfile -t generated < <(find . -name '*.pb.*' -printf '%P\n')
[[ ${#generated[@]} == 8 ]] || fail "generated were ${generated[*]}"
ninja -C "$work/build cross" \
  "${generated[@]/#/protos/modelservice/shop/}" ||
  fail "the plugin that modelservice_PLUGIN names was not run"
for file in "${generated[@]}"; do
  diff "$file" "$work/build cross/protos/modelservice/shop/$file"
done
echo "All ways work."

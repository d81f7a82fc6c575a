#!/bin/bash
# `buf generate` as docs/start.md has it. Skipped without buf, an npm package of
# tests/clients, but not in CI.
#
#   run_buf.sh PREFIX NODE_MODULES WORK_FOLDER
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
page="$here/../../docs/start.md"
# shellcheck source-path=SCRIPTDIR source=page_block.sh
. "$here/page_block.sh"
prefix=$1 buf="$2/.bin/buf" work=$3

if [[ ! -x $buf ]]; then
  echo "SKIPPED: no buf; scripts/install_clients.sh installs it"
  [[ -z ${CI:-} ]] && exit 77
  exit 1
fi

rm -rf "$work"
mkdir -p "$work"
cd "$work"
block "$page" shop.proto
block "$page" buf.gen.yaml
mkdir modelservice
cp "$prefix/include/modelservice/annotations.proto" modelservice
# buf keeps what it downloads, which is nothing, in a home.
HOME="$work" PATH="$prefix/bin:$PATH" "$buf" generate --path shop.proto
for made in gen/shop.pb.cc gen/shop.modelservice.pb.cc gen/shop.modelservice.pb.h; do
  [[ -s $made ]] || {
    echo "buf did not make $made" >&2
    exit 1
  }
done
echo "buf generate works."

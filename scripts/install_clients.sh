#!/bin/bash
# Installs the npm packages of tests/clients into a folder of the build tree:
#
#   scripts/install_clients.sh build/dev/clients
#
# Does nothing while they are those of the present package.json.
set -euo pipefail

source=$(dirname "$0")/../tests/clients/package.json
target=$1

cmp -s "$source" "$target/package.json" && exit 0
echo "Installing the npm packages of tests/clients"
# package.json comes last, as the mark that all of it is there.
rm -rf "$target"
mkdir -p "$target/new"
cp "$source" "$target/new/package.json"
npm install --prefix "$target/new" --no-package-lock --no-audit --no-fund \
  --loglevel=error --fetch-timeout=60000
mv "$target/new/node_modules" "$target/"
mv "$target/new/package.json" "$target/"
rmdir "$target/new"

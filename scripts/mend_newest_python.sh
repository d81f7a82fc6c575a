#!/bin/bash
# Makes Python's protobuf and gRPC of Debian's experimental load, which as packaged
# lack a file (protobuf 7.36.2-3) and the libraries they are linked against (grpcio
# 1.83.0-2). Does nothing where they load. For scripts/test_newest.sh, which runs it
# in a Debian of its own; as root, with protoc, pkgconf, patchelf and binutils.
set -euo pipefail

packages=/usr/lib/python3/dist-packages

# What the features of each edition are, unless a file says otherwise; protobuf's
# build asks protoc for them in the same way.
if ! python3 -c 'import google.protobuf.descriptor_pb2' 2> /dev/null; then
  defaults=$(mktemp)
  trap 'rm -f "$defaults"' EXIT
  protoc --proto_path=/usr/include "--edition_defaults_out=$defaults" \
    --edition_defaults_minimum=PROTO2 --edition_defaults_maximum=2024 \
    google/protobuf/descriptor.proto
  python3 - "$defaults" \
    > "$packages/google/protobuf/internal/python_edition_defaults.py" << 'END'
import sys
defaults = open(sys.argv[1], "rb").read()
print(f"_PROTOBUF_INTERNAL_PYTHON_EDITION_DEFAULTS = {defaults!r}")
END
  python3 -c 'import google.protobuf.descriptor_pb2'
fi

if ! python3 -c 'import grpc' 2> /dev/null; then
  needed=()
  libraries=$(pkgconf --variable=libdir absl_base)
  for word in $(pkgconf --libs-only-l grpc absl_log_initialize); do
    [[ $word == -labsl_* ]] || continue
    # The name that programs are linked with has a version.
    name=$(objdump -p "$libraries/lib${word#-l}.so" | awk '$1 == "SONAME" { print $2 }')
    needed+=(--add-needed "$name")
  done
  patchelf "${needed[@]}" "$packages"/grpc/_cython/cygrpc.cpython-*.so
  python3 -c 'import grpc'
fi

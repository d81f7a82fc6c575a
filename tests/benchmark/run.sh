#!/bin/bash
# Runs the benchmark that was built in a folder:
#
#   tests/benchmark/run.sh build/bench [options of bench.py]
set -euo pipefail
exec /usr/bin/python3 -B "$(dirname "$0")/bench.py" --build "$@"

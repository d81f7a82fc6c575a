#!/bin/bash
# Runs the tests of a preset and ends with a line like "41 passed, 0 failed",
# with ", 2 skipped" behind it when there are such:
#
#   scripts/run_tests.sh dev [jobs [ARGUMENT of ctest...]]
#
# Fails when a test failed or none passed.
set -euo pipefail

preset=$1
jobs=${2:-$(nproc)}
shift $(($# < 2 ? $# : 2))
report=build/$preset/tests.xml

rm -f "$report"
# Tests that start a PostgreSQL server begin with what the first of them made.
export TEST_POSTGRES_DATA=$PWD/build/$preset/postgres_data
rm -rf "$TEST_POSTGRES_DATA"
status=0
ctest --preset "$preset" --parallel "$jobs" --output-junit "$PWD/$report" "$@" ||
  status=$?
if [[ ! -s $report ]]; then
  echo "ctest left no report" >&2
  exit 1
fi

# ctest's own summary counts a test whose program is missing as skipped; here
# whatever neither passed nor asked to be skipped has failed.
count() { grep -c "$1" "$report" || true; }
total=$(count '^[[:space:]]*<testcase ')
passed=$(count '^[[:space:]]*<testcase .* status="run"')
skipped=$(($(count '^[[:space:]]*<skipped message="SKIP_') +
  $(count '^[[:space:]]*<testcase .* status="disabled"')))
failed=$((total - passed - skipped))

# What failed, once more: the output of one test may be long.
log=build/$preset/Testing/Temporary/LastTest.log
if [[ $status != 0 && -s $log ]]; then
  echo
  awk '/: Failure$|^(FAIL|ERROR): / { lines = 8 } lines-- > 0' "$log" |
    head -n 100 || true
  grep -a '^\[  FAILED  \] ' "$log" | sort -u || true
fi

echo
line="$passed passed, $failed failed"
[[ $skipped == 0 ]] || line+=", $skipped skipped"
echo "$line"

[[ $passed -gt 0 && $failed == 0 ]] || exit 1
exit "$status"

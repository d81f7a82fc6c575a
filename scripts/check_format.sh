#!/bin/bash
# Says which C++ sources are not as .clang-format has them (clang-format 14, Debian
# 12's; `make format` mends that), and what shellcheck has to say of the scripts.
set -euo pipefail
cd "$(dirname "$0")/.."

# Without what is generated, and the files whose lines the user's pages quote.
sources() {
  find runtime plugin tests examples \( -name '*.cc' -o -name '*.h' \) \
    ! -path '*/golden/*' ! -path 'tests/docs/*' -print0
}
scripts() {
  find .ci scripts tests examples \( -name '*.sh' -o -path '.ci/run' \) \
    ! -path 'tests/docs/*' ! -path 'tests/operate/commands.sh' \
    ! -path 'tests/tools/doc.sh' -print0
}

failed=0
if [[ $(clang-format --version) == *"version 14."* ]]; then
  sources | xargs -0 -n 50 -P "$(nproc)" clang-format --dry-run -Werror || failed=1
else
  # Another version has another opinion of what nobody has touched.
  echo "format: skipped, for this is $(clang-format --version)"
fi
scripts | xargs -0 shellcheck || failed=1
[[ $failed == 0 ]] && echo "format: nothing to say"
exit "$failed"

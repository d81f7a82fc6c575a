# shellcheck shell=bash
# Sourced by the tests that type in a page of docs.

# block PAGE NAME [COUNT]: writes the file NAME, the COUNTth block of the page whose
# first line names it.
block() {
  awk -v name="$2" -v wanted="${3:-1}" '
    /^```/ { inside = !inside; first = inside; if (!inside) writes = 0; next }
    first {
      first = 0
      line = $0
      sub(/^(\/\/|#) /, "", line)
      if (line == name && ++count == wanted) writes = found = 1
    }
    writes { print }
    END { exit !found }' "$1" > "$2" || {
    echo "$1 has no block ${3:-1} of $2" >&2
    exit 1
  }
}

#!/bin/bash
# A walk through the quickstart, for `make demo`:
#
#   examples/quickstart/demo.sh BUILD_FOLDER
#
# It shows each command as one would type it, runs it, and fails when one does
# not do what the text says.
set -euo pipefail

if [[ $# != 1 || ! -x $1/examples/quickstart/quickstart ]]; then
  echo "usage: $0 BUILD_FOLDER, one with the target quickstart built" >&2
  exit 1
fi
start=$PWD
build=$(cd "$1" && pwd)
example=$(cd "$(dirname "$0")" && pwd)
protos=$(cd "$example/../../protos" && pwd)
# Debian's own: another python3 in PATH may have no grpcio.
python=${PYTHON:-/usr/bin/python3}

work=$(mktemp -d "${TMPDIR:-/tmp}/shop.XXXXXX")
server=
clean_up() {
  if [[ -n $server ]]; then
    kill -KILL "$server" 2> /dev/null || true
    wait "$server" 2> /dev/null || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT

bold='' dim='' plain=''
if [[ -t 1 ]]; then
  bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
fi
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
show() { printf '%s$ %s%s\n' "$dim" "$*" "$plain"; }
fail() {
  echo "The demo failed: $*" >&2
  [[ ! -s server.log ]] || sed 's/^/  server: /' server.log >&2
  exit 1
}

# Shows and runs a command, which must exit with `status` and print `text`.
run() {
  local status=$1 text=$2 got=0
  show "$3"
  PYTHONPATH=stubs PYTHONDONTWRITEBYTECODE=1 timeout 60 bash -c "$3" \
    > output || got=$?
  cat output
  [[ $got == "$status" ]] || fail "exit status $got instead of $status"
  grep -qF -- "$text" output || fail "no \"$text\" in what it printed"
}
# A call that must be answered, and one that must be refused.
call() { run 0 "$3" "./client.py $address $1 '$2'"; }
refused() { run 2 "$3" "./client.py $address $1 '$2'"; }

cd "$work"
ln -s "$build/examples/quickstart/quickstart" shop
ln -s "$example/shop.proto" shop.proto
ln -s "$protos" protos
mkdir stubs
# A copy, for the interpreter in its first line.
sed "1s|.*|#!$python|" "$example/client.py" > client.py
chmod +x client.py

say "examples/quickstart/shop.proto describes a shop: customers and their orders.
From it the plugin generated the server that you just built. We are in $work,
where ./shop is that server."
run 0 'format: EMAIL' "grep -A5 'string email = 2' shop.proto"

say "1. A new SQLite file gets its tables, made from the messages."
run 0 'created table customer' "./shop migrate --database=sqlite:shop.db"

say "2. The server starts. Port 0 means: any free one."
show "./shop serve --database=sqlite:shop.db --address=127.0.0.1:0 &"
./shop serve --database=sqlite:shop.db --address=127.0.0.1:0 \
  > server.out 2> server.log &
server=$!
address=
for _ in $(seq 100); do
  address=$(sed -n 's/^listening on //p' server.out)
  [[ -z $address ]] || break
  kill -0 "$server" 2> /dev/null || break
  sleep 0.1
done
[[ -n $address ]] || fail "the server did not start"
cat server.out

say "3. Any gRPC client can talk to it. This one is Python, with stubs from protoc."
run 0 shop_pb2_grpc.py "protoc -I. -Iprotos --python_out=stubs --grpc_out=stubs \\
    --plugin=protoc-gen-grpc=\$(command -v grpc_python_plugin) \\
    shop.proto modelservice/annotations.proto modelservice/status.proto && ls stubs"

say "4. Create: the database gives the id, the server the create_time."
call CustomerService/Create \
  '{"email": "ada@example.com", "name": "Ada"}' '"id": "1"'
call CustomerService/Create \
  '{"email": "grace@example.com", "name": "Grace"}' '"id": "2"'

say "5. Update, only what the mask names; then List, the newest first."
call CustomerService/Update \
  '{"customer": {"id": 1, "phone": "+44 1"}, "update_mask": "phone"}' \
  '"name": "Ada"'
call CustomerService/List '{"page_size": 10}' '"total_size": 2'

say "6. A wrong request is refused: all of its faults at once, and with details
that a program can read (google.rpc's, in grpc-status-details-bin)."
refused OrderService/Create '{"total": "a lot"}' 'A valid number is required.'
refused CustomerService/Create '{"email": "ada@example.com"}' ALREADY_EXISTS

say "7. Orders run through code of their own, in main.cc: a new one is OPEN,
Pay makes it PAID, and paying twice is refused."
call OrderService/Create \
  '{"customer_id": 1, "total": "19.90", "lines": [{"article": "tea"}]}' OPEN
call OrderService/Pay '{"id": 1}' PAID
refused OrderService/Pay '{"id": 1}' 'Only an open order can be paid.'

say "8. Destroy. Grace is gone, and asking for her says so."
call CustomerService/Destroy '{"id": 2}' '{}'
refused CustomerService/Retrieve '{"id": 2}' 'Customer: 2 not found!'

say "9. SIGTERM stops the server: calls in flight end, then it exits with 0."
show "kill -TERM %1; wait %1; echo \$?"
kill -TERM "$server"
timeout 40 tail --pid="$server" -f /dev/null || fail "the server does not stop"
status=0
wait "$server" || status=$?
server=
sed 's/^/  /' server.log
echo "$status"
[[ $status == 0 ]] || fail "the server exited with $status"

say "That was all of it. $work is removed now. To go on by yourself:"
cat << END
  cd ${build#"$start"/}/examples/quickstart
  ./quickstart migrate && ./quickstart serve
and read examples/quickstart/README.md.
END

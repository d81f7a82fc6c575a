./shelf serve --check --config=shelf.textproto
./shelf serve --print-config --config=shelf.textproto
./shelf serve --list-handlers
./shelf seed 100 --config=shelf.textproto
source <(./shelf completion bash)

# What docs/tools.md shows, run by doc_test.py in a folder with the files.
set -e

modelservice scaffold library.proto --style=aip
test -s library_service.proto

./store migrate --database=sqlite:store.db

modelservice diagram --database=sqlite:store.db --output=store.mmd
modelservice diagram --database=sqlite:store.db --format=svg --output=store.svg
modelservice diagram store.proto --output=models.mmd
grep -q erDiagram store.mmd
grep -q "<svg" store.svg
grep -q erDiagram models.mmd

./store dumpdata --database=sqlite:store.db --output=rows.jsonl
./store migrate --database=sqlite:other.db
./store loaddata rows.jsonl --database=sqlite:other.db

./store dumpdata --model=Team --format=textproto --database=sqlite:store.db
./store loaddata rows.jsonl --batch=1000 --upsert --database=sqlite:other.db

cp store.proto old.proto
cp store.proto new.proto
modelservice diff old.proto new.proto
modelservice diff HEAD:store.proto store.proto

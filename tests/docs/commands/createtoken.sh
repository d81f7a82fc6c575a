./news migrate --config=news.textproto
./news createtoken ann --name='nightly import' --days=90 --role=importer --config=news.textproto

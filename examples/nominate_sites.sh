#!/usr/bin/env bash
# Which sites of a crawl are worth blocking, and on what evidence?
#
#   bash examples/nominate_sites.sh build/crawl/crawl.warc.gz build/nominated
#
# Takes the crawl's files and, last, the folder to write to. Run again after a stop, it goes on where it was. CUT=0.5 lists
# more sites, and more of them wrongly.
set -euo pipefail
folder="${*: -1}"
crawl=("${@:1:$#-1}")
mkdir -p "$folder"
touch "$folder/allow.txt" # sites never to list, one a line

[ -e "$folder/scores.parquet" ] || scorer score "${crawl[@]}" -o "$folder/scores.parquet"
scorer sites "$folder/scores.parquet" -o "$folder/sites.parquet" --overwrite \
  --blocklist ublacklist --blocklist domains --blocklist adblock --allow "$folder/allow.txt" --cut "${CUT:-0.4}"
cat "$folder/sites.evidence.md"

#!/usr/bin/env bash
# Tries GNU parallel over the shards of a campaign, with one of them interrupted in the middle (75): `--resume-failed`
# goes on with that one only, and what is merged is what one process gives. Needs build/faultline (or FAULTLINE) and
# Debian's package parallel, which it installs where it is missing (as root, or with sudo). Takes about a minute.
#
#   scripts/test_parallel.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
test=test_parallel
source scripts/batch_campaign.sh

[ -x "$program" ] || fail "$program isn't there: build first"
if ! command -v parallel >/dev/null; then
    say "installing parallel"
    as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends parallel >/dev/null
fi
world=$(mktemp -d /tmp/faultline-parallel.XXXXXX)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$world"' EXIT

flags=(--config "$config" "${slow[@]}" --runs "$run_count")
over_shards() {
    parallel --jobs 2 --joblog "$world/joblog" "$@" \
        "$program" run "${flags[@]}" --shard "{}/$shard_count" --output "$world/shard-{}" ::: $(seq "$shard_count")
}

over_shards >/dev/null 2>"$world/first.txt" &
first=$!
wait_until 60 "no records of shard 2" has_records "$world/shard-2" 4
kill -USR1 "$(holder_of "$world/shard-2")"
if wait "$first"; then fail "parallel doesn't tell that a shard was interrupted"; fi
require_middle "$world/shard-2" "$shard_records"
grep interrupted "$world/first.txt"
[ "$(awk 'NR > 1 && $7 == 75' "$world/joblog" | wc -l)" = 1 ] ||
    fail "not one shard ended with 75: $(cat "$world/joblog")"

over_shards --resume-failed >/dev/null 2>"$world/second.txt"
grep "going on after" "$world/second.txt"
[ "$(awk 'NR > 1' "$world/joblog" | wc -l)" = $((shard_count + 1)) ] || fail "other shards were started again, too"

"$program" merge "$world"/shard-* --output "$world/merged" >/dev/null
"$program" run "${flags[@]}" --output "$world/one" >/dev/null
scripts/same_results.py "$world/one" "$world/merged"
say "passed in $SECONDS seconds"

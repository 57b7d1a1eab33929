# What test_slurm.sh and test_parallel.sh share; to be sourced. A campaign that takes long enough to be interrupted
# in the middle: whole passes, one thread, and a record for every run and block of images (4 blocks of the demo's 400
# images).
program=${FAULTLINE:-$PWD/${BUILD:-build}/faultline}
config=configs/demo.json
slow=(--evaluation whole --threads 1 --checkpoint-minutes 0)
run_count=24 shard_count=4 block_count=4
shard_records=$((run_count / shard_count * block_count))
export OMP_WAIT_POLICY=PASSIVE  # several processes share the cores

say() { echo "$test: $*"; }
fail() { echo "$test: $*" >&2; exit 1; }

# wait_until SECONDS WHAT COMMAND...
wait_until() {
    local seconds=$1 what=$2 end=$((SECONDS + $1))
    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || fail "waited $seconds seconds in vain: $what"
        sleep 0.2
    done
}

# The records in a folder's journal; its first line is the campaign's.
record_count() {
    local lines=0
    [ ! -e "$1/journal.jsonl" ] || lines=$(wc -l < "$1/journal.jsonl")
    echo $((lines > 1 ? lines - 1 : 0))
}
has_records() { [ "$(record_count "$1")" -ge "$2" ]; }

# require_middle FOLDER COUNT: it stopped when some, but not all of COUNT records were there.
require_middle() {
    local found
    found=$(record_count "$1")
    [ "$found" -gt 0 ] && [ "$found" -lt "$2" ] || fail "$1 has $found of $2 records: that wasn't in the middle"
    say "stopped after $found of $2 records"
}

# The process that has a folder's journal: it holds the lock beside it.
holder_of() { find /proc/[0-9]*/fd -lname "$1/journal.jsonl.lock" 2>/dev/null | cut -d/ -f3 | grep . ; }

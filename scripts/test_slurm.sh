#!/usr/bin/env bash
# Tries scripts/slurm with a real Slurm on this machine: a campaign in four tasks, one of which is interrupted and
# queued again, with the merge that depends on them; and a sweep, of which one cell is killed, so that the table's job
# fails, and which goes on when it is submitted again. What comes out is compared with that of one process. Needs
# build/faultline (or FAULTLINE) and root: it installs slurm-wlm and munge where they are missing, and starts munged,
# slurmctld and slurmd with keys, ports and folders of their own. Stops them in the end. Takes about two minutes.
#
#   scripts/test_slurm.sh             fails (2) where it can't be done: no root, no packages, Slurm doesn't start
#   scripts/test_slurm.sh --if-root   says so, and does nothing (0)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
test=test_slurm
source scripts/batch_campaign.sh

case "${1:-}" in
    "") without=2 ;;
    --if-root) without=0 ;;
    *) sed -n '2,9p' "$0"; exit 2 ;;
esac
leave_out() { say "left out: $*" >&2; exit "$without"; }

install_slurm() {
    [ "$(id -u)" = 0 ] || leave_out "needs root"
    command -v slurmctld slurmd sbatch munged >/dev/null && return
    say "installing slurm-wlm and munge"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        slurm-wlm munge >/dev/null || leave_out "slurm-wlm and munge can't be installed"
}

write_configuration() {
    local name port=$((20000 + $$ % 6000 * 2))
    name=$(hostname -s)
    mkdir "$world"/{state,spool}
    cat > "$world/slurm.conf" <<END
ClusterName=faultline
SlurmctldHost=$name(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A task that is queued again waits for cred_expire seconds; the default is 120.
AuthInfo=socket=$world/munge.socket,cred_expire=10
CryptoType=crypto/munge
RequeueExit=75
SchedulerParameters=sched_interval=2,bf_interval=2
StateSaveLocation=$world/state
SlurmdSpoolDir=$world/spool
SlurmctldPidFile=$world/slurmctld.pid
SlurmdPidFile=$world/slurmd.pid
SlurmctldLogFile=$world/slurmctld.log
SlurmdLogFile=$world/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SlurmdParameters=config_overrides
GresTypes=gpu
NodeName=$name NodeAddr=127.0.0.1 CPUs=4 RealMemory=4000 Gres=gpu:2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
    printf 'CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n' > "$world/cgroup.conf"
    # Slurm asks for devices only, not for GPUs.
    printf 'Name=gpu File=%s\n' /dev/zero /dev/full > "$world/gres.conf"
}

node_is_idle() { [ "$(sinfo --noheader --format=%t 2>/dev/null)" = idle ]; }

start_slurm() {
    (umask 077; head -c 128 /dev/urandom > "$world/munge.key")
    munged --key-file="$world/munge.key" --socket="$world/munge.socket" --pid-file="$world/munged.pid" \
        --log-file="$world/munged.log" --seed-file="$world/munge.seed" 2>/dev/null ||
        leave_out "munged doesn't start here"
    slurmctld -c || leave_out "slurmctld doesn't start here"
    slurmd || leave_out "slurmd doesn't start here"
    (wait_until 60 "no idle node in sinfo" node_is_idle) ||
        leave_out "Slurm doesn't run here: $(tail -n 1 "$world/slurmd.log")"
    say "$(slurmctld -V) runs"
}

stop_slurm() {
    local status=$? daemon process end
    set +e
    trap - EXIT
    scancel --user root 2>/dev/null
    [ -z "$reference" ] || kill "$reference" 2>/dev/null
    for daemon in slurmd slurmctld munged; do
        process=$(cat "$world/$daemon.pid" 2>/dev/null) || continue
        kill "$process" 2>/dev/null
        for ((end = SECONDS + 20; SECONDS < end;)); do kill -0 "$process" 2>/dev/null || break; sleep 0.1; done
        kill -9 "$process" 2>/dev/null
    done
    if [ "$status" = 0 ]; then rm -rf "$world"; else say "everything is in $world" >&2; fi
    exit "$status"
}

# field JOB NAME: as in `scontrol show job`.
field() { scontrol --oneliner show job "$1" | grep -oP "(^| )$2=\K\S+"; }
has_field() { [ "$(field "$1" "$2")" = "$3" ]; }
is_over() { [ -z "$(squeue --noheader --jobs "$1" 2>/dev/null)" ]; }

# Submits, sets `array` and `last` to the numbers of the two jobs.
submit() {
    local told
    told=$(FAULTLINE=$program scripts/slurm/submit.sh "$@")
    say "$told"
    array=$(grep -oP '^array \K\d+' <<< "$told") last=$(grep -oP 'then \K\d+' <<< "$told")
}

try_campaign() {
    local shard=$world/campaign/shard-1
    submit "$config" "$shard_count" -o "$world/campaign" -- "${slow[@]}" --runs "$run_count"
    wait_until 300 "no records in $shard" has_records "$shard" 4
    has_field "${array}_1" TresPerNode gres:gpu:1 || fail "the task didn't ask for a GPU"
    # Once: told to "try again later" although the signal has arrived, scancel would do so after five seconds.
    timeout 2 scancel --batch --signal=USR1 "${array}_1" || true
    wait_until 120 "the interrupted task isn't queued again" has_field "${array}_1" Restarts 1
    require_middle "$shard" "$shard_records"
    wait_until 400 "the campaign doesn't end" is_over "$last"
    grep -q "interrupted" "$world/campaign/log/$array-1.txt" || fail "the task didn't say that it was interrupted"
    grep "going on after" "$world/campaign/log/$array-1.txt" || fail "the task didn't go on"
    has_field "$last" JobState COMPLETED || fail "the merge is $(field "$last" JobState)"
    wait "$reference"
    reference=
    scripts/same_results.py "$world/one" "$world/campaign/merged"
    say "four tasks, one of them interrupted, gave what one process gives"
}

try_sweep() {
    local cell=$world/sweep/bits=mantissa,positions=50 runs=12 i
    submit --sweep configs/sweep-demo.json -o "$world/sweep" -- "${slow[@]}" --runs $runs
    wait_until 300 "no records in $cell" has_records "$cell" 4
    kill -9 "$(holder_of "$cell")"
    wait_until 300 "the sweep doesn't end" is_over "$last"
    require_middle "$cell" $((runs * block_count))
    has_field "${array}_1" Restarts 0 || fail "the killed task was queued again"
    has_field "$last" JobState FAILED || fail "the table's job is $(field "$last" JobState)"
    grep "positions=50" "$world/sweep/log/$last.txt" || fail "the table's job doesn't name the cell"
    submit --sweep configs/sweep-demo.json -o "$world/sweep" -- "${slow[@]}" --runs $runs
    wait_until 300 "the sweep doesn't end" is_over "$last"
    grep "going on after" "$world/sweep/log/$array-1.txt" || fail "the killed cell didn't go on"
    has_field "$last" JobState COMPLETED || fail "the table's job is $(field "$last" JobState)"
    for i in 0 1 2 3; do
        "$program" run --sweep configs/sweep-demo.json --sweep-index $i -o "$world/cells" "${slow[@]}" --runs $runs \
            >/dev/null
    done
    for cell in "$world"/cells/*; do scripts/same_results.py "$cell" "$world/sweep/$(basename "$cell")"; done
    "$program" collect "$world/cells" --sweep configs/sweep-demo.json -o "$world/points.csv"
    diff <(sed "s|$world/cells|$world/sweep|" "$world/points.csv") "$world/sweep/points.csv"
    say "four cells, one of them killed and submitted again, gave what they give one by one"
}

install_slurm
[ -x "$program" ] || fail "$program isn't there: build first"
world=$(mktemp -d /tmp/faultline-slurm.XXXXXX) reference=
chmod 755 "$world"  # munge wants its socket's folder to be open to all
trap stop_slurm EXIT
unset "${!SBATCH_@}" "${!SLURM_@}"  # of a cluster that this machine may belong to
export SLURM_CONF=$world/slurm.conf
write_configuration
start_slurm
"$program" run --config "$config" "${slow[@]}" --runs "$run_count" -o "$world/one" >/dev/null &
reference=$!
try_campaign
try_sweep
say "passed in $SECONDS seconds"

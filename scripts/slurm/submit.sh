#!/usr/bin/env bash
# Submits a campaign as a job array of N shards and a job that joins them once all are done; or a sweep as an array
# of its cells and a job that makes their table. The same command again goes on where the journals end. Start it in the
# folder that paths in configs are relative to.
#
#   scripts/slurm/submit.sh CONFIG N[%M] [-o FOLDER] [sbatch options of the array] [-- flags of faultline run]
#   scripts/slurm/submit.sh --sweep FILE [-o FOLDER] [sbatch options of the array] [-- flags of faultline run]
#
# N%M: at most M at a time. FOLDER is faultline-result unless given; results are FOLDER/merged or FOLDER/points.csv,
# what the jobs print is in FOLDER/log. sbatch options are one word each (--time=4:00:00); what both jobs need, such as
# partition and account, goes into Slurm's own variables SBATCH_PARTITION and SBATCH_ACCOUNT. Where the cluster has
# GPUs each task asks for one, unless the options say otherwise (--gres=none).
# FAULTLINE is the program; else faultline in PATH, else build/faultline.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")

usage() { sed -n '2,14p' "${BASH_SOURCE[0]}" >&2; exit 2; }
fail() { echo "submit: $*" >&2; exit 2; }

[ $# -ge 2 ] || usage
sweep= config= tasks=
if [ "$1" = --sweep ]; then sweep=$2; else config=$1 tasks=$2; fi
shift 2
folder=faultline-result options=() gpu=(--gres=gpu:1)
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    case "$1" in
        -o) folder=${2:?submit: -o needs a folder}; shift ;;
        --gres* | --gpus* | -G*) options+=("$1") gpu=() ;;
        -*) options+=("$1") ;;
        *) fail "'$1': options of sbatch are one word each, such as --time=4:00:00; flags of faultline come after --" ;;
    esac
    shift
done
[ "${1:-}" != -- ] || shift

FAULTLINE=${FAULTLINE:-$(command -v faultline || echo "$PWD/build/faultline")}
[ -x "$FAULTLINE" ] || fail "$FAULTLINE isn't there; build it, or set FAULTLINE to the program"
export FAULTLINE
command -v sbatch >/dev/null || fail "there is no sbatch in PATH"

if [ -n "$sweep" ]; then
    tasks=$("$FAULTLINE" sweep "$sweep" --json | grep -cE '"index": [0-9]+,?$') || exit 2  # it has said why
    work=("$here/sweep.sbatch" "$folder" "$sweep" "$@")
    last=("$here/collect.sbatch" "$folder" "$sweep")
else
    [ -e "$config" ] || fail "$config isn't there"
    work=("$here/campaign.sbatch" "$folder" --config "$config" "$@")
    last=("$here/merge.sbatch" "$folder")
fi
[[ $tasks =~ ^([1-9][0-9]*)(%[1-9][0-9]*)?$ ]] || fail "'$tasks': give the number of shards, such as 8, or 8%2"
array=0-$((BASH_REMATCH[1] - 1))${BASH_REMATCH[2]}

# A mere word to those whose Slurm wouldn't queue an interrupted task again.
scontrol show config | grep -Eq '^RequeueExit +=.*\b75\b' ||
    echo "submit: RequeueExit of this cluster's slurm.conf lacks 75:" \
        "an interrupted task stays where it is until the same command is given again" >&2

sinfo --noheader --format=%G | grep -q gpu || gpu=()
mkdir -p "$folder/log"
job=$(sbatch --parsable --array="$array" --output="$folder/log/%A-%a.txt" "${gpu[@]}" "${options[@]}" "${work[@]}")
job=${job%%;*}
# Not afterok: to Slurm that has failed for an array of which any task ever exited with 75, even if it was queued again
# and ended well. The last job finds out what is missing, says so, and fails.
then=$(sbatch --parsable --dependency="afterany:$job" --output="$folder/log/%j.txt" "${last[@]}")
echo "array $job ($array), then ${then%%;*}; what they print: $folder/log"

#!/usr/bin/env bash
# The benchmark of campaigns on a machine with a CUDA device. Nothing is built there: PROGRAM is benchmark_campaigns,
# packed with what it links beside LibTorch, and PYTHON has torch, torchvision and, if it is to be measured, pytorchfi.
# Writes build/benchmark-result/benchmark.json and benchmark.md. On the CPU, tiny, as a trial of the script itself:
#
#   scripts/benchmark_cuda.sh PROGRAM PYTHON
#   scripts/benchmark_cuda.sh PROGRAM PYTHON squeezenet1_1 --device cpu --batch 2 --images 2 --repetitions 1 \
#       --whole-trials 1 --full-runs 1 --layer-runs 1 --tests full
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ $# -ge 2 ] || { sed -n '2,9p' "$0"; exit 2; }
program=$1 python=$2
shift 2
exec "$python" scripts/benchmark_cuda.py --program "$program" --python "$python" "$@"

#!/usr/bin/env bash
# Measures campaigns: whole passes against resumed trials, the limit of resuming beside it, and the same trials in a
# plain PyTorch loop and in PyTorchFI. Builds into build/benchmarks, installs PyTorchFI into an environment of its own
# (with the PyTorch that is there already), exports untrained networks into build/networks where they are missing, and
# writes build/benchmark-result/benchmark.json and benchmark.md. Takes hours for all networks: let the machine be quiet.
#
#   scripts/benchmark.sh [NETWORK...] [--data FOLDER] [--networks FOLDER] [--repetitions N] ...   (--help for all)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cache=${XDG_CACHE_HOME:-$HOME/.cache}/faultline
torch=$cache/python-torch-2.11.0
python=$cache/python-pytorchfi-0.6.0

BUILD=build/benchmarks scripts/build.sh -DFAULTLINE_TESTS=OFF -DFAULTLINE_BENCHMARKS=ON

if [ ! -e "$python/complete" ]; then
    /usr/bin/python3 -m venv "$python"
    for packages in "$torch"/lib/python3*/site-packages; do
        echo "$packages" > "$(echo "$python"/lib/python3*/site-packages)/torch.pth"
    done
    "$python/bin/pip" install -q --no-deps --no-cache-dir --disable-pip-version-check pytorchfi==0.6.0
    touch "$python/complete"
fi

exec "$torch/bin/python" scripts/benchmark_campaigns.py --python "$python/bin/python" "$@"

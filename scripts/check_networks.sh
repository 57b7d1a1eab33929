#!/usr/bin/env bash
# Proves on large networks what the tests prove on small ones: the program of steps agrees bit for bit with the
# reference, also when resumed under faults that make NaN and Inf; so does resumed evaluation with all its shortcuts,
# trial by trial; and a traced file with its switches overridden equals a scripted one. Exports torchvision's networks
# untrained, traced and scripted (about 2.1 GB), into FOLDER. Needs build/ with tests.
#
#   scripts/check_networks.sh [FOLDER]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=${1:-build/networks}
python=${XDG_CACHE_HOME:-$HOME/.cache}/faultline/python-torch-2.11.0/bin/python
names=(alexnet vgg16 googlenet squeezenet1_0 squeezenet1_1 resnet18
       mobilenet_v2 mobilenet_v3_small shufflenet_v2_x0_5 efficientnet_b0 densenet121 convnext_tiny)

mkdir -p "$folder"
for how in trace script; do
    for name in "${names[@]}"; do
        [ -e "$folder/${name}_${how%e}ed.pt" ] && continue
        "$python" scripts/export_torchvision.py "$name" --random "--$how" -o "$folder/new" >/dev/null
        mv "$folder/new/$name.pt" "$folder/${name}_${how%e}ed.pt"
    done
done
for part in network evaluation; do
    FAULTLINE_NETWORKS=$folder "${BUILD:-build}/tests/test_$part" --gtest_filter='RealNetworks.*'
done

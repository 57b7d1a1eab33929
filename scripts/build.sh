#!/usr/bin/env bash
# Sets up and builds into build/. Further arguments go to CMake, such as -DLIBTORCH=ROOT or -DFAULTLINE_SANITIZE=ON.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

libtorch=()
for argument in "$@"; do
    case "$argument" in -DLIBTORCH=*) libtorch=(--libtorch "${argument#*=}") ;; esac
done
scripts/setup.sh "${libtorch[@]}"
cmake -S . -B "${BUILD:-build}" -G Ninja -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@" >/dev/null
cmake --build "${BUILD:-build}"

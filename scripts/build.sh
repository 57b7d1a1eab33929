#!/usr/bin/env bash
# Sets up and builds into build/. Further arguments go to CMake, such as -DLIBTORCH=ROOT or -DFAULTLINE_SANITIZE=ON.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

setup=()
for argument in "$@"; do
    case "$argument" in
        -DLIBTORCH=*) setup+=(--libtorch "${argument#*=}") ;;
        -DFAULTLINE_TESTS=ON) setup+=(--tests) ;;
    esac
done
scripts/setup.sh "${setup[@]}"
# What one checkout compiled serves the next, wherever it lies; precompiled headers need the sloppiness.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
cmake -S . -B "${BUILD:-build}" -G Ninja -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@" >/dev/null
cmake --build "${BUILD:-build}"

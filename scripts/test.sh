#!/usr/bin/env bash
# Sets up, builds and runs all tests. Arguments go to CMake, such as -DFAULTLINE_SANITIZE=ON.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/build.sh -DFAULTLINE_TESTS=ON "$@"
ctest --test-dir "${BUILD:-build}" --output-on-failure --parallel "$(nproc)"

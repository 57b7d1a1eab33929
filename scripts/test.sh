#!/usr/bin/env bash
# Sets up, builds and runs all tests; as root also those with a real Slurm, which it installs. Arguments go to CMake,
# such as -DFAULTLINE_SANITIZE=ON.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/build.sh -DFAULTLINE_TESTS=ON "$@"
ctest --test-dir "${BUILD:-build}" --output-on-failure --parallel "$(nproc)"
if [ $# = 0 ] && [ -z "${BUILD:-}" ]; then
    scripts/test_slurm.sh --if-root
else
    echo "test: scripts/test_slurm.sh left out: it is for the plain build"
fi

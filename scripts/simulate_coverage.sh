#!/usr/bin/env bash
# How often every interval that results offer holds the truth, in simulated worlds where that is known, and how wide it
# is: a table in Markdown on stdout. A minute for 1000 repetitions of each. Needs a build with -DFAULTLINE_TESTS=ON.
#
#   scripts/simulate_coverage.sh [REPETITIONS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ninja -C "${BUILD:-build}" simulate_coverage >&2
exec "${BUILD:-build}/tests/simulate_coverage" "$@"

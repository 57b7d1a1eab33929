#!/usr/bin/env bash
# Sets up, builds, runs the main job on the embedded demo (drawn traffic signs and a small trained network) and makes a
# page of the result. Flags are passed on to `faultline run`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/build.sh -DFAULTLINE_TESTS=OFF
build/faultline evaluate --config configs/demo.json
build/faultline run --config configs/demo.json --output build/demo-result --force --csv "$@"
build/faultline report build/demo-result -o build/demo-result/report.html --force

#!/usr/bin/env bash
# Builds the fuzz targets into build/fuzz (clang++, libFuzzer, ASan and UBSan; no LibTorch) and runs each from its seed
# corpus, then prints what was done. A finding ends the run; its input is kept in build/fuzz/findings.
#
#   scripts/fuzz.sh                     60 seconds for each target
#   scripts/fuzz.sh SECONDS [TARGET...]
#   scripts/fuzz.sh -runs=N [TARGET...] N executions of each
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

limit=-max_total_time=60
case "${1:-}" in
    "") ;;
    -runs=*) limit=$1; shift ;;
    *[!0-9]*) sed -n '2,7p' "$0"; exit 2 ;;
    *) limit=-max_total_time=$1; shift ;;
esac
has_libfuzzer() {
    command -v clang++ >/dev/null &&
        ls "$(clang++ -print-resource-dir)"/lib/linux/libclang_rt.fuzzer-*.a >/dev/null 2>&1
}
if ! has_libfuzzer; then
    echo "fuzz: installing clang"
    as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        clang libclang-rt-14-dev >/dev/null
fi

build=build/fuzz
cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DFAULTLINE_FUZZ=ON -DFAULTLINE_TESTS=OFF >/dev/null
cmake --build "$build"
targets=("$@")
[ $# -gt 0 ] || for seeds in tests/fuzz/corpus/*/; do targets+=("$(basename "$seeds")"); done
mkdir -p "$build/findings"

# What was learnt stays in build/fuzz/corpus, so that the next run goes on from there.
table=$(printf '%-10s %12s %8s %10s %8s' target executions edges features corpus)
for target in "${targets[@]}"; do
    mkdir -p "$build/corpus/$target"
    log=$build/$target.log
    # A CRC isn't met by chance: there, every bit that comes nearer counts as progress.
    "$build/tests/fuzz/fuzz_$target" "$limit" -max_len=4096 -timeout=10 -rss_limit_mb=1024 \
        -use_value_profile=$([ "$target" = zip ] && echo 1 || echo 0) \
        -print_final_stats=1 -artifact_prefix="$build/findings/$target-" \
        "$build/corpus/$target" "tests/fuzz/corpus/$target" >"$log" 2>&1 || {
        grep -E "ERROR|SUMMARY|broken promise|what\(\)|Test unit written" "$log" || tail -n 20 "$log"
        echo "fuzz: $target has a finding; see $log and $build/findings" >&2
        exit 1
    }
    table+=$'\n'$(awk -v target="$target" '
        / cov: / { for (i = 1; i < NF; ++i) { if ($i == "cov:") edges = $(i + 1); if ($i == "ft:") features = $(i + 1)
                                              if ($i == "corp:") corpus = $(i + 1) } }
        /number_of_executed_units/ { executions = $2 }
        END { printf "%-10s %12s %8s %10s %8s", target, executions, edges, features, corpus }' "$log")
done
echo "$table"

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs one fuzzer: run.sh PROGRAM SEEDS CORPUS RUNS
# With FUZZ_SECONDS for so long; else RUNS inputs from a fixed seed, which is the same each time.
set -euo pipefail

readonly program=$1 seeds=$2 corpus=$3 runs=$4
readonly findings=$corpus.findings/

mkdir -p "$findings"
if [[ ${FUZZ_SECONDS:-} ]]; then
	mkdir -p "$corpus"
	exec "$program" -max_total_time="$FUZZ_SECONDS" -timeout=10 -artifact_prefix="$findings" -print_final_stats=1 \
		"$corpus" "$seeds"
fi
# libFuzzer keeps what reaches new code in the first folder; each fixed run begins without it.
rm -rf "$corpus.fixed"
mkdir -p "$corpus.fixed"
exec "$program" -seed=1 -runs="$runs" -timeout=10 -artifact_prefix="$findings" "$corpus.fixed" "$seeds"

# SPDX-License-Identifier: MIT
# prepare - what every supervised process does before it becomes its program.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
STATE=$MYHOTEL_STATE
readonly ROOT STATE
readonly OPEN_FILES=65536 QUICK_S=3

# shellcheck source=../lib/start_checksum.sh
source "$ROOT/ops/lib/start_checksum.sh"

# prepare PROCESS PROGRAM: redirects output to the log, raises limits, and records the start for
# ./hotel status and ./hotel up.
prepare() {
	local process=$1 program=$2
	# Keep supervisor's pipe as descriptor 3: it closes when the process ends, which wakes supervisor.
	exec 3>&1 >>"$STATE/log/$program.log" 2>&1
	open_files_raise
	core_dumps_forbid
	starts_count "$STATE/run/starts/$process"
	start_checksum "$program" >"$STATE/run/started/$process"
}

# Before the command of a process whose work may wait while requests need the processor: the broker and the workers.
# At rest they lose nothing; when all of it is in use, they have a quarter of it.
readonly BEHIND=(nice -n 5)

# The soft limit of open files is often 1024; the hard limit may be more than Erlang can handle.
open_files_raise() {
	local hard
	hard=$(ulimit -H -n)
	if [[ $hard == unlimited ]] || ((hard > OPEN_FILES)); then
		hard=$OPEN_FILES
	fi
	ulimit -S -n "$hard"
}

# A core dump of a server would have passwords, keys and names in it; 1 byte as in lib/program/options.c, which
# does the same for our own programs wherever they run.
core_dumps_forbid() {
	grep -qsx HOTEL_CORE_DUMPS=on "$STATE/settings" || prlimit --pid "$$" --core=1:1 2>/dev/null || ulimit -c 0
}

# Writes "COUNT TIME": the number of quick starts in a row, and the time of the last. Many in a row mean
# that the process fails.
starts_count() {
	local count=0 last=0
	# The file is missing at the first start, and empty after a kill during the write below.
	[[ ! -s $1 ]] || read -r count last <"$1"
	((EPOCHSECONDS - last > QUICK_S)) && count=0
	printf '%d %d\n' $((count + 1)) "$EPOCHSECONDS" >"$1"
}

# begin - what every supervised process does before it becomes its program.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
STATE=$MYHOTEL_STATE
readonly ROOT STATE
readonly OPEN_FILES=65536 QUICK_S=3

# shellcheck source=../lib/fingerprint.sh
source "$ROOT/ops/lib/fingerprint.sh"

# begin PROCESS PROGRAM: log, limits, and notes for status and up.
begin() {
	local process=$1 program=$2
	# Descriptor 3 keeps supervisor's pipe: it closes with the process, and supervisor wakes up.
	exec 3>&1 >>"$STATE/log/$program.log" 2>&1
	open_files_raise
	starts_count "$STATE/run/starts/$process"
	fingerprint_of "$program" >"$STATE/run/started/$process"
}

# The soft limit of open files is often 1024, the hard one too much for Erlang.
open_files_raise() {
	local hard
	hard=$(ulimit -H -n)
	if [[ $hard == unlimited ]] || ((hard > OPEN_FILES)); then
		hard=$OPEN_FILES
	fi
	ulimit -S -n "$hard"
}

# "starts since it last lived for a while, time of the last one": many in a row mean it fails.
starts_count() {
	local count=0 last=0
	# Nothing can be read at the first start, nor where one was killed as it wrote.
	[[ ! -s $1 ]] || read -r count last <"$1"
	((EPOCHSECONDS - last > QUICK_S)) && count=0
	printf '%d %d\n' $((count + 1)) "$EPOCHSECONDS" >"$1"
}

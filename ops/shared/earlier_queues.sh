# SPDX-License-Identifier: MIT
# earlier_queues - deletes the queues of an earlier version, such as book and book.dead (now q.book and
# q.book.dead), for ./hotel up and compose/replace. The workers apply what waits in them, move their
# dead letters and then remove their bindings (workers/earlier.h); until then they stay.
#
# The command that sources this must define these functions first:
#
#	rabbitmq_tool    run one of RabbitMQ's own tools on this broker
#	earlier_list     run hotel-queues earlier: "QUEUE empty" or "QUEUE used" for each of them
#	earlier_awaited  whether a worker will empty the queue of this context
# shellcheck shell=bash

require_functions shared/earlier_queues rabbitmq_tool earlier_list earlier_awaited

readonly EARLIER_WAIT_S=60

# Waits for the workers, but not for ever: what is left is deleted the next time.
earlier_queues_delete() {
	local end=$((SECONDS + EARLIER_WAIT_S))
	while earlier_read; do
		earlier_delete_empty
		if ! { earlier_read && earlier_any_awaited; }; then
			break
		fi
		if ((SECONDS >= end)); then
			step queues "of an earlier version are still being emptied: ${EARLIER[*]% *}"
			break
		fi
		sleep 0.5
	done
}

# Reads the list into EARLIER. False if there are none.
earlier_read() {
	mapfile -t EARLIER < <(earlier_list)
	((${#EARLIER[@]} > 0))
}

earlier_any_awaited() {
	local one
	for one in "${EARLIER[@]% *}"; do
		! earlier_awaited "${one%%.*}" || return 0
	done
	return 1
}

# Without a binding nothing arrives any more, so empty ones stay empty.
earlier_delete_empty() {
	local one queue bound
	mapfile -t bound < <(rabbitmq_tool rabbitmqctl -q --no-table-headers list_bindings source_name destination_name \
		</dev/null | awk -F '\t' '$1 != "" { print $2 }')
	((${#bound[@]} > 0)) || return 0
	for one in "${EARLIER[@]}"; do
		queue=${one% *}
		if [[ $one != *" empty" ]] || contains "${queue%%.*}" "${bound[@]}"; then
			continue
		fi
		rabbitmq_tool rabbitmqctl -q delete_queue "$queue" >/dev/null </dev/null || continue
		step queues "the empty queue $queue of an earlier version is deleted"
	done
}

/* SPDX-License-Identifier: MIT */
/* CSV files of rooms: faults name a line of the file, and without any every record became a room. */
#include "fuzz.h"

#include "adapters/csv/csv_table.h"
#include "adapters/json/room_fields.h"
#include "base/mem.h"
#include "domain/room/room.h"

struct reading {
	struct room room;
	size_t rows, faults, lines;
};

static enum err
row_begin(void *arg, size_t line, void **ret_to)
{
	struct reading *reading = arg;
	PROPERTY(line >= 1 && line <= reading->lines);
	reading->room = (struct room){.capacity = 2};
	reading->rows++;
	*ret_to = &reading->room;
	return OK;
}

static void
note_fault(void *arg, const struct csv_table_fault *fault)
{
	struct reading *reading = arg;
	PROPERTY(fault->line >= 1 && fault->line <= reading->lines);
	PROPERTY(*fault->code && *fault->detail);
	reading->faults++;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	CLEANUP(free_p) char *text = fuzz_text(bytes, n);
	struct reading reading = {.lines = 1};
	for (size_t i = 0; i < n; i++)
		reading.lines += text[i] == '\n' || text[i] == '\r';
	const struct csv_table_reader reader = {.table = room_fields_new,
	                                        .currency = "EUR",
	                                        .arg = &reading,
	                                        .row = row_begin,
	                                        .fault = note_fault};
	enum err err = csv_table_read(&reader, text, n);
	PROPERTY(err == OK || err == ERR_INVALID);
	PROPERTY((err == ERR_INVALID) == (reading.faults > 0));
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Events: what is read is consistent, and what is written of it reads as the same again. */
#include "fuzz.h"

#include "adapters/json/event.h"
#include "base/mem.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct event event, again;
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	CLEANUP(buf_done) struct buf second = BUF_INIT(EVENT_BODY_MAX);
	CLEANUP(free_p) char *text = fuzz_text(bytes, n);
	enum err err = event_read(text, n, &event);
	if (err != OK) {
		PROPERTY(err == ERR_POISON);
		return 0;
	}
	PROPERTY((unsigned)event.type < EVENT_TYPE_MAX);
	/* What was read within the limit may be longer than the limit when it is escaped. */
	if (event_write(&event, &body) != OK)
		return 0;
	PROPERTY(event_read(body.data, body.len, &again) == OK);
	PROPERTY(event_write(&again, &second) == OK);
	PROPERTY(body.len == second.len && memcmp(body.data, second.data, body.len) == 0);
	return 0;
}

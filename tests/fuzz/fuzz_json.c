/* SPDX-License-Identifier: MIT */
/* JSON bodies: what is read can be written, and reads as the same again. */
#include "fuzz.h"

#include "adapters/json/json.h"
#include "base/mem.h"

#define TEXT_MAX (8u << 20)

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	CLEANUP(json_p) struct json_object *value = NULL;
	CLEANUP(json_p) struct json_object *again = NULL;
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	CLEANUP(buf_done) struct buf second = BUF_INIT(TEXT_MAX);
	CLEANUP(free_p) char *input = fuzz_text(bytes, n);
	const char *why = NULL;
	enum err err = json_read(input, n, &value, &why);
	if (err != OK) {
		PROPERTY(err == ERR_MALFORMED && why && *why);
		return 0;
	}
	PROPERTY(json_write(value, &text) == OK);
	PROPERTY(json_read(text.data, text.len, &again, &why) == OK);
	PROPERTY(json_write(again, &second) == OK);
	PROPERTY(text.len == second.len && memcmp(text.data, second.data, text.len) == 0);
	return 0;
}

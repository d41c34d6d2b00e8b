/* SPDX-License-Identifier: MIT */
/* Forms and queries: every value is a text that JSON can carry. */
#include "fuzz.h"

#include "adapters/json/form.h"
#include "adapters/json/json.h"
#include "base/mem.h"

#include <json-c/linkhash.h>

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	CLEANUP(json_p) struct json_object *fields = NULL;
	CLEANUP(json_p) struct json_object *again = NULL;
	CLEANUP(buf_done) struct buf text = BUF_INIT(8u << 20);
	CLEANUP(free_p) char *input = fuzz_text(bytes, n);
	const char *why = NULL;
	enum err err = form_read(input, n, &fields, &why);
	if (err != OK) {
		PROPERTY(err == ERR_MALFORMED && why && *why);
		return 0;
	}
	PROPERTY(json_object_object_length(fields) <= FORM_FIELDS_MAX);
	json_object_object_foreach(fields, name, value)
		PROPERTY(name && json_object_is_type(value, json_type_string));
	PROPERTY(json_write(fields, &text) == OK);
	PROPERTY(json_read(text.data, text.len, &again, &why) == OK);
	PROPERTY(json_object_equal(fields, again));
	return 0;
}

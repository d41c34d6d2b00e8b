/* SPDX-License-Identifier: MIT */
/* Headers: lists of entity tags, media types. */
#include "fuzz.h"

#include "base/mem.h"
#include "fcgi/etag.h"
#include "fcgi/media_type.h"

static void
check_etags(const char *text, enum etag_strength comparison)
{
	struct version_set set;
	char own[ETAG_TEXT];
	if (etags_parse(text, comparison, &set) == OK) {
		PROPERTY(set.given && set.n <= VERSION_SET_MAX);
		for (unsigned i = 0; i < set.n; i++)
			PROPERTY(set.version[i] > 0 && set.version[i] <= VERSION_MAX);
	}
	etag_format(7, ETAG_STRONG, own);
	PROPERTY(etags_parse(own, comparison, &set) == OK);
	PROPERTY(set.n == 1 && set.version[0] == 7 && !set.any);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	CLEANUP(free_p) char *text = fuzz_text(bytes, n);
	check_etags(text, ETAG_STRONG);
	check_etags(text, ETAG_WEAK);
	(void)media_type_is(text, "application/json");
	(void)media_type_is_utf8(text);
	return 0;
}

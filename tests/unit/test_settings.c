/* SPDX-License-Identifier: MIT */
/* What follows from several settings together. */
#include "tests/unit/test.h"

#include "config/settings.h"

#include <string.h>

static struct settings
read_settings(const char *first, const char *second)
{
	char texts[2][128];
	char *environment[] = {texts[0], second ? texts[1] : NULL, NULL};
	struct buf faults = BUF_INIT(4096);
	struct settings settings;
	strcpy(texts[0], first);
	strcpy(texts[1], second ? second : "");
	assert_ok(settings_read(environment, &settings, &faults));
	buf_done(&faults);
	return settings;
}

static void
the_public_address_is_the_issuer_of_tokens(void **state)
{
	(void)state;
	struct settings settings = read_settings("HOTEL_ISSUER=http://localhost:8123", NULL);
	assert_string_equal(settings.issuer, "http://localhost:8123");
	settings = read_settings("HOTEL_ISSUER=http://localhost:8123",
	                         "HOTEL_URL=http://localhost:9000");
	assert_string_equal(settings.issuer, "http://localhost:9000");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_public_address_is_the_issuer_of_tokens),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

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

/* Whether these settings are refused with a sentence that has this. */
static void
refused(const char *sentence, char *environment[])
{
	struct buf faults = BUF_INIT(4096);
	struct settings settings;
	assert_err(settings_read(environment, &settings, &faults), ERR_INVALID);
	assert_non_null(strstr(faults.data, sentence));
	buf_done(&faults);
}

static void
tokens_of_programs_have_an_issuer_and_an_audience_that_no_id_token_has(void **state)
{
	(void)state;
	char issuer[] = "HOTEL_OIDC_ISSUER=https://id.example.com";
	char client[] = "HOTEL_OIDC_CLIENT=pages";
	char same[] = "HOTEL_OIDC_AUDIENCE=pages";
	char other[] = "HOTEL_OIDC_AUDIENCE=api";
	struct buf faults = BUF_INIT(4096);
	struct settings settings;
	refused("HOTEL_OIDC_AUDIENCE=\"pages\" is HOTEL_OIDC_CLIENT",
	        (char *[]){issuer, client, same, NULL});
	refused("HOTEL_OIDC_ISSUER is empty", (char *[]){other, NULL});
	assert_ok(settings_read((char *[]){issuer, client, other, NULL}, &settings, &faults));
	buf_done(&faults);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_public_address_is_the_issuer_of_tokens),
		cmocka_unit_test(
			tokens_of_programs_have_an_issuer_and_an_audience_that_no_id_token_has),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

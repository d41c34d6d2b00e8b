/* SPDX-License-Identifier: MIT */
/* What days, texts, buffers, settings and logs do. */
#include "test.h"

#include "base/buf.h"
#include "base/conf.h"
#include "base/day.h"
#include "base/faults.h"
#include "base/log.h"
#include "base/text.h"
#include "base/uuid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static day_t
day(const char *text)
{
	day_t day;
	assert_ok(day_parse(text, &day));
	return day;
}

static void
both_forms_of_a_date_name_the_same_day(void **state)
{
	(void)state;
	assert_int_equal(day("2021-05-05"), day("20210505"));
	assert_int_equal(day("1970-01-01"), 0);
	assert_int_equal(day("2000-03-01"), 11017);
}

static void
every_day_of_400_years_survives_a_round_trip(void **state)
{
	(void)state;
	char text[DAY_TEXT];
	for (day_t d = day("1900-01-01"); d < day("2300-01-01"); d++)
		assert_int_equal(day(day_format(d, text)), d);
}

static void
what_is_no_day_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {"2027-02-30",  "2027-02-29", "1900-02-29",
	                                    "2027-13-01",  "2027-00-10", "2027-01-00",
	                                    "0000-01-01",  "2027-1-1",   "2027-01-01 ",
	                                    " 2027-01-01", "2027/01/01", "202701011",
	                                    "2027-01-0a",  "",           "+2027-01-1",
	                                    "20270230"};
	day_t d = 77;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_err(day_parse(texts[i], &d), ERR_INVALID);
	assert_int_equal(d, 77);
}

static void
a_leap_day_exists_in_leap_years_only(void **state)
{
	(void)state;
	assert_int_equal(day("2028-02-29") + 1, day("2028-03-01"));
	assert_int_equal(day("2000-02-29") + 1, day("2000-03-01"));
}

static void
a_day_begins_when_the_clocks_of_the_zone_say_so(void **state)
{
	(void)state;
	instant_t instant;
	assert_ok(instant_parse("2027-05-05T15:00:00.000Z", &instant));
	assert_ok(timezone_use("Asia/Seoul"));
	assert_int_equal(day_at(instant), day("2027-05-06"));
	assert_int_equal(day_at(instant - 1), day("2027-05-05"));
	assert_int_equal(day_begin(day("2027-05-06")), instant);
	assert_ok(timezone_use("Europe/Berlin")); /* there is summer time from 28 March on */
	assert_int_equal(day_begin(day("2027-03-29")) - day_begin(day("2027-03-28")),
	                 23 * 3600 * INT64_C(1000));
	assert_ok(timezone_use("UTC"));
	assert_int_equal(day_at(instant), day("2027-05-05"));
	assert_int_equal(day_begin(day("1970-01-02")), 24 * 3600 * INT64_C(1000));
}

static void
a_zone_that_does_not_exist_is_refused(void **state)
{
	(void)state;
	assert_err(timezone_use("Atlantis/Capital"), ERR_INVALID);
	assert_err(timezone_use("../zoneinfo/UTC"), ERR_INVALID);
	assert_err(timezone_use(""), ERR_INVALID);
	/* Files and folders of the package that are no zones, and names that browsers do not have. */
	static const char *const none[] = {"Asia",
	                                   "zone.tab",
	                                   "zone1970.tab",
	                                   "tzdata.zi",
	                                   "iso3166.tab",
	                                   "localtime",
	                                   "posixrules",
	                                   "leapseconds",
	                                   "leap-seconds.list",
	                                   "right/UTC",
	                                   "right/Asia/Seoul",
	                                   "posix/Asia/Seoul",
	                                   "posix",
	                                   "America/Indiana",
	                                   "Asia/",
	                                   "asia/seoul",
	                                   "Asia/Seoul ",
	                                   "/Asia/Seoul",
	                                   "./UTC",
	                                   "KST-9",
	                                   "Factory",
	                                   "#",
	                                   "R",
	                                   "Z"};
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(timezone_exists(none[i]));
	static const char *const zones[] = {"Asia/Seoul", "ROK",     "UTC",
	                                    "Etc/GMT+9",  "EST5EDT", "America/Argentina/Ushuaia",
	                                    "GB-Eire",    "US/Samoa"};
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		assert_true(timezone_exists(zones[i]));
}

static void
an_instant_survives_a_round_trip(void **state)
{
	(void)state;
	char text[INSTANT_TEXT];
	instant_t instant;
	assert_ok(instant_parse("1969-12-31T23:59:59.999Z", &instant));
	assert_int_equal(instant, -1);
	assert_string_equal(instant_format(-1, text), "1969-12-31T23:59:59.999Z");
	assert_string_equal(instant_format(1000000000123, text), "2001-09-09T01:46:40.123Z");
	assert_err(instant_parse("2027-05-05T24:00:00.000Z", &instant), ERR_INVALID);
	assert_err(instant_parse("2027-05-05T00:00:00Z", &instant), ERR_INVALID);
}

static void
characters_are_counted_not_bytes(void **state)
{
	(void)state;
	size_t chars;
	assert_ok(text_chars("바다 전망 🌊", strlen("바다 전망 🌊"), &chars));
	assert_int_equal(chars, 7);
}

static void
broken_utf8_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {"\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
	                                    "\x80",     "\xff",         "\xf4\x90\x80\x80",
	                                    "\xe2\x82", "a\xc3"};
	size_t chars;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_err(text_chars(texts[i], strlen(texts[i]), &chars), ERR_MALFORMED);
}

static void
only_digits_make_a_number(void **state)
{
	(void)state;
	uint64_t n;
	assert_ok(text_to_u64("18446744073709551615", UINT64_MAX, &n));
	assert_true(n == UINT64_MAX);
	assert_ok(text_to_u64("007", 7, &n));
	static const char *const texts[] = {"",      "+1",  "-1",  "1 ", " 1",
	                                    "12abc", "0x1", "1e3", "8",  "18446744073709551616"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_err(text_to_u64(texts[i], 7, &n), ERR_INVALID);
}

static void
a_text_that_does_not_fit_is_not_cut(void **state)
{
	(void)state;
	char to[4] = "old";
	assert_err(text_copy(to, sizeof(to), "long"), ERR_TOO_LARGE);
	assert_string_equal(to, "old");
	assert_ok(text_copy(to, sizeof(to), "new"));
	assert_string_equal(to, "new");
}

static void
secrets_are_equal_only_if_they_are(void **state)
{
	(void)state;
	assert_true(text_equal_secret("secret", "secret"));
	assert_false(text_equal_secret("secret", "secreT"));
	assert_false(text_equal_secret("secre", "secret"));
	assert_false(text_equal_secret("secretsecret", "secret"));
	assert_false(text_equal_secret("", "secret"));
	assert_false(text_equal_secret("secret", ""));
	assert_true(text_equal_secret("", ""));
}

static void
a_time_for_people_names_its_zone(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *instant, *text;
	} times[] = {
		{"Asia/Seoul", "2026-11-28T22:12:34.000Z", "2026-11-29 07:12 KST"},
		{"UTC", "2026-11-28T22:12:34.000Z", "2026-11-28 22:12 UTC"},
		/* summer and winter */
		{"Europe/Berlin", "2027-07-01T10:00:00.000Z", "2027-07-01 12:00 CEST"},
		{"Europe/Berlin", "2027-01-01T10:00:00.000Z", "2027-01-01 11:00 CET"},
		/* no word in the time zone database */
		{"America/Sao_Paulo", "2027-01-01T02:30:00.000Z", "2026-12-31 23:30 (UTC-03:00)"},
		{"Asia/Kathmandu", "2027-01-01T00:00:00.000Z", "2027-01-01 05:45 (UTC+05:45)"},
		{"Pacific/Marquesas", "2027-01-01T00:00:00.000Z", "2026-12-31 14:30 (UTC-09:30)"},
		{"UTC", "1969-12-31T23:59:59.999Z", "1969-12-31 23:59 UTC"},
	};
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		char text[MOMENT_TEXT];
		instant_t instant;
		assert_ok(instant_parse(times[i].instant, &instant));
		assert_ok(timezone_use(times[i].zone));
		assert_string_equal(instant_format_local(instant, text), times[i].text);
	}
	assert_ok(timezone_use("UTC"));
}

static void
a_buffer_refuses_what_is_over_its_maximum_and_keeps_the_rest(void **state)
{
	(void)state;
	struct buf buf = BUF_INIT(5);
	assert_ok(buf_add(&buf, "abc", 3));
	assert_err(buf_addf(&buf, "%s", "def"), ERR_TOO_LARGE);
	assert_ok(buf_addf(&buf, "%d", 42));
	assert_string_equal(buf.data, "abc42");
	buf_done(&buf);
	assert_null(buf.data);
}

static void
uuids_are_of_version_7_and_differ(void **state)
{
	(void)state;
	char a[UUID_TEXT], b[UUID_TEXT];
	assert_ok(uuid_v7(a));
	assert_ok(uuid_v7(b));
	assert_int_equal(strlen(a), 36);
	assert_int_equal(a[14], '7');
	assert_non_null(strchr("89ab", a[19]));
	assert_string_not_equal(a, b);
}

static void
faults_are_kept_in_order_and_cut_between_characters(void **state)
{
	(void)state;
	struct faults faults = {0};
	char longer[400] = "";
	for (int i = 0; i < 100; i++)
		strcat(longer, "가");
	faults_add(&faults, "/a", "one", "%s", "first");
	faults_add(&faults, "/b", "two", "x%s", longer);
	assert_int_equal(faults.n, 2);
	assert_string_equal(faults.list[0].detail, "first");
	size_t chars;
	assert_ok(text_chars(faults.list[1].detail, strlen(faults.list[1].detail), &chars));
	for (int i = 0; i < FAULTS_MAX; i++)
		faults_add(&faults, "/c", "more", "more");
	assert_int_equal(faults.n, FAULTS_MAX);
}

/* ---- settings ---- */

struct sample {
	char name[8];
	uint32_t count;
	unsigned colour;
	char secret[16];
};

static const char *const colours[] = {"red", "green", NULL};

#define SAMPLE(member) \
	.offset = offsetof(struct sample, member), .size = sizeof(((struct sample *)0)->member)

static const struct conf_item sample_items[] = {
	{.name = "T_NAME", .type = CONF_TEXT, SAMPLE(name), .meaning = "a name"},
	{.name = "T_COUNT",
         .type = CONF_NUMBER,
         SAMPLE(count),
         .fallback = "3",
         .min = 1,
         .max = 9,
         .meaning = "a count"},
	{.name = "T_COLOUR",
         .type = CONF_CHOICE,
         SAMPLE(colour),
         .fallback = "green",
         .choices = colours,
         .meaning = "a colour"},
	{.name = "T_SECRET",
         .type = CONF_TEXT,
         SAMPLE(secret),
         .fallback = "",
         .secret = true,
         .meaning = "a secret"},
};

/* As conf_read(), with an environment of literals, NULL at the end. */
static enum err
sample_read(const char *const environment[], struct sample *ret_sample, struct buf *faults)
{
	char *copies[8] = {NULL};
	for (size_t i = 0; environment[i]; i++) {
		assert_true(i < 7);
		copies[i] = strdup(environment[i]);
		assert_non_null(copies[i]);
	}
	enum err err = conf_read(sample_items, 4, "T_", NULL, copies, ret_sample, faults);
	for (size_t i = 0; copies[i]; i++)
		free(copies[i]);
	return err;
}

static void
settings_that_are_not_given_have_their_defaults(void **state)
{
	(void)state;
	struct sample sample = {0};
	struct buf faults = BUF_INIT(4096);
	const char *const environment[] = {"T_NAME=inn", "OTHER=1", NULL};
	assert_ok(sample_read(environment, &sample, &faults));
	assert_string_equal(sample.name, "inn");
	assert_int_equal(sample.count, 3);
	assert_int_equal(sample.colour, 1);
	buf_done(&faults);
}

static void
all_faults_of_the_settings_are_named_at_once(void **state)
{
	(void)state;
	struct sample sample = {0};
	struct buf faults = BUF_INIT(4096);
	const char *const environment[] = {"T_COUNT=10", "T_COLOUR=blue", "T_COUNTS=1",
	                                   "T_NAME_FILE=/x", NULL};
	assert_err(sample_read(environment, &sample, &faults), ERR_INVALID);
	assert_non_null(strstr(faults.data, "T_NAME is not set"));
	assert_non_null(strstr(faults.data, "T_COUNT=\"10\" is not a number from 1 to 9"));
	assert_non_null(strstr(faults.data, "T_COLOUR=\"blue\" is not one of: red green"));
	assert_non_null(strstr(faults.data, "T_COUNTS is not a setting"));
	assert_non_null(strstr(faults.data, "T_NAME_FILE is not a setting"));
	buf_done(&faults);
}

static void
a_secret_comes_from_its_file_without_the_last_newline(void **state)
{
	(void)state;
	char path[] = "/tmp/secret-XXXXXX", variable[64];
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "hush\n", 5), 5);
	close(fd);
	snprintf(variable, sizeof(variable), "T_SECRET_FILE=%s", path);
	struct sample sample = {0};
	struct buf faults = BUF_INIT(4096), shown = BUF_INIT(4096);
	const char *const environment[] = {"T_NAME=inn", variable, NULL};
	assert_ok(sample_read(environment, &sample, &faults));
	assert_string_equal(sample.secret, "hush");
	assert_ok(conf_print(sample_items, 4, &sample, &shown));
	assert_null(strstr(shown.data, "hush"));
	unlink(path);
	assert_err(sample_read(environment, &sample, &faults), ERR_INVALID);
	assert_non_null(strstr(faults.data, "cannot be read"));
	buf_done(&faults);
	buf_done(&shown);
}

/* What is logged while an error is made, from stderr. */
static void
logged(enum err (*make)(void), enum err expected, char ret_line[], size_t size)
{
	FILE *file = tmpfile();
	int out = dup(STDERR_FILENO);
	assert_non_null(file);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	enum err err = make();
	assert_true(dup2(out, STDERR_FILENO) >= 0);
	close(out);
	rewind(file);
	ret_line[fread(ret_line, 1, size - 1, file)] = '\0';
	fclose(file);
	assert_err(err, expected);
}

static enum err
bug_make(void)
{
	return ERR_BUG_IN("SELECT 1");
}

static enum err
system_error_make(void)
{
	errno = EMFILE;
	enum err err = ERR_SYSTEM_HERE();
	assert_int_equal(errno, EMFILE);
	return err;
}

static void
a_bug_and_a_system_error_are_logged_with_their_place(void **state)
{
	(void)state;
	char line[512];
	log_init("test", LOG_INFO);
	logged(bug_make, ERR_BUG, line, sizeof(line));
	assert_non_null(strstr(line, "level=error program=test event=internal-error outcome=bug "
	                             "at=tests/unit/test_base.c:"));
	assert_non_null(strstr(line, " statement=\"SELECT 1\"\n"));
	logged(system_error_make, ERR_SYSTEM, line, sizeof(line));
	assert_non_null(strstr(line, "outcome=system at=tests/unit/test_base.c:"));
	assert_non_null(strstr(line, " error=\"Too many open files\"\n"));
	err_hook_set(NULL);
	logged(bug_make, ERR_BUG, line, sizeof(line));
	assert_string_equal(line, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_forms_of_a_date_name_the_same_day),
		cmocka_unit_test(every_day_of_400_years_survives_a_round_trip),
		cmocka_unit_test(what_is_no_day_is_refused),
		cmocka_unit_test(a_leap_day_exists_in_leap_years_only),
		cmocka_unit_test(a_day_begins_when_the_clocks_of_the_zone_say_so),
		cmocka_unit_test(a_zone_that_does_not_exist_is_refused),
		cmocka_unit_test(an_instant_survives_a_round_trip),
		cmocka_unit_test(characters_are_counted_not_bytes),
		cmocka_unit_test(broken_utf8_is_refused),
		cmocka_unit_test(only_digits_make_a_number),
		cmocka_unit_test(a_text_that_does_not_fit_is_not_cut),
		cmocka_unit_test(secrets_are_equal_only_if_they_are),
		cmocka_unit_test(a_time_for_people_names_its_zone),
		cmocka_unit_test(a_buffer_refuses_what_is_over_its_maximum_and_keeps_the_rest),
		cmocka_unit_test(uuids_are_of_version_7_and_differ),
		cmocka_unit_test(faults_are_kept_in_order_and_cut_between_characters),
		cmocka_unit_test(settings_that_are_not_given_have_their_defaults),
		cmocka_unit_test(all_faults_of_the_settings_are_named_at_once),
		cmocka_unit_test(a_secret_comes_from_its_file_without_the_last_newline),
		cmocka_unit_test(a_bug_and_a_system_error_are_logged_with_their_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

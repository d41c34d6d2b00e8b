/* SPDX-License-Identifier: MIT */
/* The list of what was erased: its lines, its file, and the way from the database into it. */
#include "tests/unit/test.h"

#include "adapters/files/erased_file.h"
#include "app/app.h"
#include "base/mem.h"
#include "tests/fakes/erased_fake.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct erased_notes_fake waiting;
static struct erased_list_fake kept;
static struct erased_notes notes;
static struct erased_list list;
static struct app app;
static char folder[64], path[80];

static int
begin(void **state)
{
	(void)state;
	memset(&waiting, 0, sizeof(waiting));
	memset(&kept, 0, sizeof(kept));
	notes = erased_notes_fake_port(&waiting);
	list = erased_list_fake_port(&kept);
	app = (struct app){.erased_notes = &notes, .erased_list = &list};
	strcpy(folder, "/tmp/myhotel-erased-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/list", folder);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static struct erased
of_book(const char reference[REFERENCE_SIZE])
{
	struct erased erased = {.kind = ERASED_BOOK};
	memcpy(erased.reference, reference, REFERENCE_SIZE);
	return erased;
}

static void
wait_for(size_t n)
{
	const struct erased erased = of_book("K7PQ2MXA");
	for (size_t i = 0; i < n; i++)
		erased_notes_fake_add(&waiting, &erased);
}

/* ---- lines ---- */

static void
a_line_says_what_was_erased_and_is_read_as_it_was_written(void **state)
{
	(void)state;
	const struct erased book = of_book("K7PQ2MXA"), account = {.kind = ERASED_ACCOUNT,
	                                                           .account_id = 17,
	                                                           .created_at = 1809478923004};
	char line[ERASED_LINE_SIZE];
	struct erased read;
	assert_string_equal(erased_write(&book, line), "book K7PQ2MXA");
	assert_ok(erased_read(line, &read));
	assert_int_equal(read.kind, ERASED_BOOK);
	assert_string_equal(read.reference, "K7PQ2MXA");
	assert_string_equal(erased_write(&account, line), "account 17 2027-05-05T01:02:03.004Z");
	assert_ok(erased_read("account 17 2027-05-05T01:02:03.004Z\n", &read));
	assert_true(erased_is_account(&read, 17, account.created_at));
	assert_false(erased_is_account(&read, 17, account.created_at + 1));
	assert_false(erased_is_account(&book, 0, 0));
}

static void
what_is_no_line_is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = {
		"",
		"\n",
		"book",
		"book ",
		"book K7PQ2MX",
		"book K7PQ2MXAB",
		"book K7PQ2MXO",
		"book K7PQ2MXA ",
		"book K7PQ2MXA\nbook K7PQ2MXB",
		"account 17",
		"account x 2027-05-05T01:02:03.004Z",
		"account 17 2027-05-05",
		"room K7PQ2MXA",
		"account 17 2027-05-05T01:02:03.004Z and far more than any line can have in it",
	};
	struct erased read;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_err(erased_read(wrong[i], &read), ERR_INVALID);
}

/* ---- into the list ---- */

static void
what_waits_goes_into_the_list_in_rounds(void **state)
{
	(void)state;
	bool more;
	wait_for(ERASED_MAX + 1);
	assert_ok(erased_keep(&app, &more));
	assert_true(more);
	assert_ok(erased_keep(&app, &more));
	assert_false(more);
	assert_int_equal(kept.n, ERASED_MAX + 1);
	assert_int_equal(waiting.n, 0);
	assert_string_equal(kept.lines[0], "book K7PQ2MXA");
}

static void
without_a_list_and_while_it_cannot_be_written_it_waits(void **state)
{
	(void)state;
	bool more;
	wait_for(2);
	kept.fails = ERR_SYSTEM;
	assert_err(erased_keep(&app, &more), ERR_SYSTEM);
	assert_int_equal(waiting.n, 2);
	app.erased_list = NULL;
	assert_ok(erased_keep(&app, &more));
	assert_false(more);
	assert_int_equal(waiting.n, 2);
}

/* The database has the lines still, as after a kill between append and delete. */
static enum err
forget_nothing(void *self, const uint64_t ids[], size_t n)
{
	(void)self;
	(void)ids;
	(void)n;
	return ERR_UNAVAILABLE;
}

static void
what_ends_in_the_middle_leaves_lines_twice_and_loses_none(void **state)
{
	(void)state;
	bool more;
	wait_for(2);
	notes.forget = forget_nothing;
	assert_err(erased_keep(&app, &more), ERR_UNAVAILABLE);
	assert_false(more);
	notes = erased_notes_fake_port(&waiting);
	assert_ok(erased_keep(&app, &more));
	assert_int_equal(kept.n, 4);
	assert_int_equal(waiting.n, 0);
}

/* ---- the file ---- */

struct seen {
	char references[8][REFERENCE_SIZE];
	size_t n;
};

static enum err
see(void *arg, const struct erased *erased)
{
	struct seen *seen = arg;
	memcpy(seen->references[seen->n++], erased->reference, REFERENCE_SIZE);
	return OK;
}

static enum err
append(const char *reference)
{
	const struct erased_list file = erased_file_port(path);
	struct erased_note note = {.id = 1};
	snprintf(note.line, sizeof(note.line), "book %s", reference);
	return file.append(file.self, &note, 1);
}

static void
write_raw(const char *text)
{
	FILE *file = fopen(path, "ae");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
a_file_has_what_was_appended_and_only_its_owner_reads_it(void **state)
{
	(void)state;
	struct seen seen = {.n = 0};
	uint64_t unreadable;
	struct stat is;
	assert_ok(erased_file_read(path, see, &seen, &unreadable));
	assert_int_equal(seen.n, 0);
	assert_ok(append("K7PQ2MXA"));
	assert_ok(append("K7PQ2MXB"));
	assert_ok(erased_file_read(path, see, &seen, &unreadable));
	assert_int_equal(seen.n, 2);
	assert_int_equal(unreadable, 0);
	assert_string_equal(seen.references[0], "K7PQ2MXA");
	assert_string_equal(seen.references[1], "K7PQ2MXB");
	assert_int_equal(stat(path, &is), 0);
	assert_int_equal(is.st_mode & 0777, 0600);
}

static void
a_line_that_was_cut_off_is_none_and_takes_no_other_with_it(void **state)
{
	(void)state;
	struct seen seen = {.n = 0};
	uint64_t unreadable;
	assert_ok(append("K7PQ2MXA"));
	write_raw("book K7P");
	assert_ok(append("K7PQ2MXB"));
	assert_ok(erased_file_read(path, see, &seen, &unreadable));
	assert_int_equal(seen.n, 2);
	assert_int_equal(unreadable, 1);
	assert_string_equal(seen.references[1], "K7PQ2MXB");
}

static void
a_full_disk_leaves_nothing_of_a_line(void **state)
{
	(void)state;
	struct rlimit before, small;
	struct stat is;
	assert_ok(append("K7PQ2MXA"));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){.rlim_cur = 20, .rlim_max = before.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	const enum err err = append("K7PQ2MXB");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_err(err, ERR_SYSTEM);
	assert_int_equal(stat(path, &is), 0);
	assert_int_equal(is.st_size, strlen("book K7PQ2MXA\n"));
}

static void
a_folder_that_is_not_there_is_an_error(void **state)
{
	(void)state;
	char inside[90];
	struct seen seen = {.n = 0};
	uint64_t unreadable;
	snprintf(inside, sizeof(inside), "%s/none/list", folder);
	const struct erased_list file = erased_file_port(inside);
	const struct erased_note note = {.line = "book K7PQ2MXA"};
	assert_err(file.append(file.self, &note, 1), ERR_SYSTEM);
	assert_ok(append("K7PQ2MXA"));
	snprintf(inside, sizeof(inside), "%s/list/none", folder);
	assert_err(erased_file_read(inside, see, &seen, &unreadable), ERR_SYSTEM);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_says_what_was_erased_and_is_read_as_it_was_written),
		TEST(what_is_no_line_is_refused),
		TEST(what_waits_goes_into_the_list_in_rounds),
		TEST(without_a_list_and_while_it_cannot_be_written_it_waits),
		TEST(what_ends_in_the_middle_leaves_lines_twice_and_loses_none),
		TEST(a_file_has_what_was_appended_and_only_its_owner_reads_it),
		TEST(a_line_that_was_cut_off_is_none_and_takes_no_other_with_it),
		TEST(a_full_disk_leaves_nothing_of_a_line),
		TEST(a_folder_that_is_not_there_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

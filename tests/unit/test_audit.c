/* SPDX-License-Identifier: MIT */
/* test_audit - which facts are written into the audit, of whom, and how many. */
#include "test.h"

#include "base/mem.h"
#include "domain/book/book.h"
#include "fcgi/request_audit.h"
#include "tests/fakes/audit_fake.h"

#include "app/app.h"

#include <stdio.h>
#include <string.h>

#define NOW      INT64_C(1800000000000)
#define WINDOW   (AUDIT_PACE_S * INT64_C(1000))
#define GUEST    1000000001
#define OPERATOR 1000000009

static instant_t now;
static struct audit_fake fake;
static struct audit audit;
static struct audit_paces paces;

static instant_t
clock_now(void)
{
	return now;
}

static const struct app app = {.now = clock_now, .audit = &audit, .audit_paces = &paces};

static int
begin(void **state)
{
	(void)state;
	now = NOW;
	fake = (struct audit_fake){.fails = OK};
	audit = audit_fake_port(&fake);
	audit_paces_init(&paces);
	return 0;
}

/* ---- names ---- */

static void
every_word_has_a_name_that_fits_its_column(void **state)
{
	(void)state;
	for (unsigned i = 0; i < AUDIT_WHAT_MAX; i++) {
		assert_true(strlen(audit_what_name(i)) <= 32 && *audit_what_name(i));
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(audit_what_name(i), audit_what_name(k));
	}
	for (unsigned i = 0; i < AUDIT_ROLE_MAX; i++)
		assert_true(strlen(audit_role_name(i)) <= 16 && *audit_role_name(i));
	for (unsigned i = 0; i < AUDIT_SUBJECT_MAX; i++)
		assert_true(strlen(audit_subject_name(i)) <= 16);
	assert_string_equal(audit_what_name(AUDIT_WHAT_MAX), "?");
	assert_string_equal(audit_outcome_name(AUDIT_OUTCOME_MAX), "?");
	assert_string_equal(audit_role_name(AUDIT_ROLE_MAX), "?");
	assert_string_equal(audit_subject_name(AUDIT_SUBJECT_MAX), "?");
}

/* ---- who ---- */

static void
the_strongest_role_is_written(void **state)
{
	(void)state;
	static const struct {
		struct caller caller;
		enum audit_role role;
	} cases[] = {
		{{.id = 1, .roles = ROLE_GUEST}, AUDIT_GUEST},
		{{.id = 1, .roles = ROLE_GUEST | ROLE_HOST}, AUDIT_HOST},
		{{.id = 1, .roles = ROLE_GUEST | ROLE_HOST | ROLE_OPERATOR}, AUDIT_OPERATOR},
		{{.roles = ROLE_SERVICE}, AUDIT_SERVICE},
		{{.roles = ROLE_KEY_HOLDER, .key_book_id = 7}, AUDIT_KEY_HOLDER},
		{{.roles = ROLE_KEY_HOLDER | ROLE_GUEST, .key_book_id = 7}, AUDIT_KEY_HOLDER},
		{{.id = 1, .roles = ROLE_KEY_HOLDER | ROLE_GUEST}, AUDIT_GUEST},
		{{.id = 0, .roles = 0}, AUDIT_NOBODY},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct origin origin = {
			.caller = cases[i].caller, .address = "192.0.2.1", .request_id = "r-1"};
		struct audit_actor actor;
		audit_actor_of(&origin, &actor);
		assert_int_equal(actor.role, cases[i].role);
		assert_int_equal(actor.id, cases[i].caller.id);
		assert_string_equal(actor.address, "192.0.2.1");
		assert_string_equal(actor.request_id, "r-1");
	}
}

static void
only_what_is_not_said_becomes_the_account_s_own(void **state)
{
	(void)state;
	struct audit_entry own = {.by = {.role = AUDIT_ACCOUNT_OWNER},
	                          .subject = AUDIT_ABOUT_ACCOUNT};
	struct audit_entry stranger = {.by = {.role = AUDIT_NOBODY},
	                               .subject = AUDIT_ABOUT_ACCOUNT};
	struct audit_entry session = {.by = {.role = AUDIT_ACCOUNT_OWNER},
	                              .subject = AUDIT_ABOUT_SESSION};
	audit_entry_own(&own, GUEST);
	assert_true(own.by.id == GUEST && own.subject_id == GUEST);
	audit_entry_own(&own, GUEST + 1);
	assert_true(own.by.id == GUEST && own.subject_id == GUEST);
	audit_entry_own(&stranger, GUEST);
	assert_true(stranger.by.id == 0 && stranger.subject_id == GUEST);
	audit_entry_own(&session, GUEST);
	assert_true(session.by.id == GUEST && session.subject_id == 0);
}

/* ---- what ---- */

static void
somebody_s_cancellation_is_a_fact_and_the_system_s_is_not(void **state)
{
	(void)state;
	const struct book book = {.id = 42};
	const struct origin guest = {.caller = {.id = GUEST, .roles = ROLE_GUEST}};
	const struct origin settler = {.caller = {.roles = 0}};
	struct audit_entry entry;
	assert_true(book_audit(&book, BOOK_CANCEL, &guest, &entry));
	assert_int_equal(entry.what, AUDIT_CANCEL);
	assert_int_equal(entry.by.id, GUEST);
	assert_int_equal(entry.subject, AUDIT_ABOUT_BOOKING);
	assert_int_equal(entry.subject_id, 42);
	assert_false(book_audit(&book, BOOK_CANCEL, &settler, &entry));
	for (enum book_action action = 0; action < BOOK_ACTION_MAX; action++)
		if (action != BOOK_CANCEL)
			assert_false(book_audit(&book, action, &guest, &entry));
}

static void
a_proof_is_refused_or_limited_or_nothing_was_decided(void **state)
{
	(void)state;
	enum audit_outcome outcome;
	for (enum err err = OK; err < ERR_MAX; err++) {
		const bool is = audit_outcome_of_proof(err, &outcome);
		assert_int_equal(is, err == ERR_UNAUTHORIZED || err == ERR_INVALID ||
		                             err == ERR_TOO_MANY);
		if (is)
			assert_int_equal(outcome,
			                 err == ERR_TOO_MANY ? AUDIT_LIMITED : AUDIT_REFUSED);
	}
}

#define SHOWN_BY_OPERATOR                                                          \
	{                                                                          \
		.id = OPERATOR, .roles = ROLE_OPERATOR | ROLE_HOST, .proven = true \
	}
#define SHOWN_BY_GUEST                                           \
	{                                                        \
		.id = GUEST, .roles = ROLE_GUEST, .proven = true \
	}

static void
an_operator_s_read_of_others_is_a_fact_in_whatever_role(void **state)
{
	(void)state;
	static const struct {
		struct audit_request request;
		enum err outcome;
		bool is_fact;
	} cases[] = {
		{{.shown = SHOWN_BY_OPERATOR, .acts = SHOWN_BY_OPERATOR, .reads = true}, OK, true},
		{{.shown = SHOWN_BY_OPERATOR, .acts = SHOWN_BY_OPERATOR, .reads = true},
	         ERR_NOT_MODIFIED,
	         true},
		{{.shown = SHOWN_BY_OPERATOR, .acts = SHOWN_BY_GUEST, .reads = true}, OK, true},
		{{.shown = SHOWN_BY_OPERATOR, .acts = SHOWN_BY_OPERATOR, .reads = true},
	         ERR_NOT_FOUND,
	         false},
		{{.shown = SHOWN_BY_OPERATOR,
	          .acts = SHOWN_BY_OPERATOR,
	          .reads = true,
	          .open = true},
	         OK,
	         false},
		{{.shown = SHOWN_BY_OPERATOR, .acts = {.id = OPERATOR, .roles = ROLE_GUEST}},
	         OK,
	         false},
		{{.shown = SHOWN_BY_GUEST, .acts = SHOWN_BY_GUEST, .reads = true}, OK, false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct audit_entry entry;
		assert_int_equal(audit_of_request(&cases[i].request, cases[i].outcome, &entry),
		                 cases[i].is_fact);
		if (!cases[i].is_fact)
			continue;
		assert_int_equal(entry.what, AUDIT_OPERATOR_READ);
		assert_int_equal(entry.by.id, OPERATOR);
		assert_int_equal(entry.by.role, AUDIT_OPERATOR);
	}
}

static void
credentials_that_are_refused_are_a_fact_and_none_at_all_are_not(void **state)
{
	(void)state;
	static const struct {
		struct audit_request request;
		enum err outcome;
		bool is_fact;
	} cases[] = {
		{{.has_credentials = true}, ERR_UNAUTHORIZED, true},
		{{.has_credentials = false}, ERR_UNAUTHORIZED, false},
		{{.has_credentials = true, .proves = true}, ERR_UNAUTHORIZED, false},
		{{.shown = SHOWN_BY_GUEST, .has_credentials = true}, ERR_FORBIDDEN, true},
		{{.has_credentials = true}, ERR_NOT_FOUND, false},
		{{.has_credentials = true}, ERR_INVALID, false},
		{{.has_credentials = true}, ERR_UNAVAILABLE, false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct audit_entry entry;
		assert_int_equal(audit_of_request(&cases[i].request, cases[i].outcome, &entry),
		                 cases[i].is_fact);
		if (!cases[i].is_fact)
			continue;
		assert_int_equal(entry.what, AUDIT_REFUSAL);
		assert_int_equal(entry.outcome, AUDIT_REFUSED);
		assert_int_equal(entry.by.id, cases[i].request.shown.id);
	}
}

/* ---- how many ---- */

static void
a_flood_is_cut_off_and_the_next_entry_says_how_many(void **state)
{
	(void)state;
	const struct audit_entry refusal = {.what = AUDIT_REFUSAL};
	for (unsigned i = 0; i < AUDIT_REFUSALS_MAX + 5; i++)
		assert_ok(audit_note(&app, &refusal));
	assert_int_equal(fake.n, AUDIT_REFUSALS_MAX);
	assert_int_equal(audit_fake_last(&fake, AUDIT_REFUSAL)->missed, 0);
	now += WINDOW;
	assert_ok(audit_note(&app, &refusal));
	assert_int_equal(fake.n, AUDIT_REFUSALS_MAX + 1);
	assert_int_equal(audit_fake_last(&fake, AUDIT_REFUSAL)->missed, 5);
	assert_ok(audit_note(&app, &refusal));
	assert_int_equal(audit_fake_last(&fake, AUDIT_REFUSAL)->missed, 0);
}

static void
a_flood_of_one_kind_hides_no_other(void **state)
{
	(void)state;
	const struct audit_entry refusal = {.what = AUDIT_REFUSAL};
	const struct audit_entry sign_in = {.what = AUDIT_SIGN_IN};
	const struct audit_entry read = {.what = AUDIT_OPERATOR_READ};
	for (unsigned i = 0; i < 2 * AUDIT_REFUSALS_MAX; i++) {
		assert_ok(audit_note(&app, &refusal));
		assert_ok(audit_note(&app, &read));
	}
	assert_ok(audit_note(&app, &sign_in));
	assert_int_equal(audit_fake_count(&fake, AUDIT_SIGN_IN), 1);
	assert_int_equal(audit_fake_count(&fake, AUDIT_OPERATOR_READ), 2 * AUDIT_REFUSALS_MAX);
}

static void
what_could_not_be_written_counts_as_left_out(void **state)
{
	(void)state;
	const struct audit_entry refusal = {.what = AUDIT_REFUSAL};
	fake.fails = ERR_UNAVAILABLE;
	assert_err(audit_note(&app, &refusal), ERR_UNAVAILABLE);
	assert_err(audit_note(&app, &refusal), ERR_UNAVAILABLE);
	fake.fails = OK;
	assert_ok(audit_note(&app, &refusal));
	assert_int_equal(audit_fake_last(&fake, AUDIT_REFUSAL)->missed, 2);
}

/* ---- requests ---- */

static const struct route own_route = {
	.method = GET, .pattern = "/books/{id}", .caller = CALLER_GUEST_OR_HOST};
static const struct route list_route = {
	.method = GET, .pattern = "/books", .caller = CALLER_GUEST_OR_HOST};
static const struct route account_route = {
	.method = GET, .pattern = "/accounts/me", .caller = CALLER_ACCOUNT};
static const struct settings settings = {.auth = AUTH_ON};
static const struct program program = {.settings = &settings, .app = &app};

static struct request
read_by_operator(const struct route *route, const char *path, uint64_t id)
{
	struct request req = {.method = GET, .route = route, .path = path, .ids = {id}};
	req.credentials.caller = (struct caller)SHOWN_BY_OPERATOR;
	req.caller = req.credentials.caller;
	snprintf(req.origin.address, sizeof(req.origin.address), "198.51.100.7");
	snprintf(req.origin.request_id, sizeof(req.origin.request_id), "r-9");
	return req;
}

static enum err
audited(const struct request *req, const char *header, enum err outcome)
{
	char text[64];
	char *params[] = {text, NULL};
	const struct raw_request raw = {.params = params};
	struct response res = {.detail = "of the handler"};
	snprintf(text, sizeof(text), "HTTP_AUTHORIZATION=%s", header);
	return request_audit(&program, &raw, req, &res, outcome);
}

static void
a_read_says_who_what_and_from_where(void **state)
{
	(void)state;
	const struct request req = read_by_operator(&own_route, "/books/42", 42);
	assert_ok(audited(&req, "Bearer x", OK));
	const struct audit_entry *entry = audit_fake_last(&fake, AUDIT_OPERATOR_READ);
	assert_non_null(entry);
	assert_int_equal(entry->by.id, OPERATOR);
	assert_string_equal(entry->by.address, "198.51.100.7");
	assert_string_equal(entry->by.request_id, "r-9");
	assert_string_equal(entry->detail, "GET /books/{id}");
	assert_int_equal(entry->subject, AUDIT_ABOUT_BOOKING);
	assert_int_equal(entry->subject_id, 42);
}

static void
a_read_of_somebody_s_list_is_about_that_account(void **state)
{
	(void)state;
	struct request req = read_by_operator(&list_route, "/books", 0);
	req.caller = (struct caller)SHOWN_BY_GUEST;
	assert_ok(audited(&req, "Bearer x", OK));
	const struct audit_entry *entry = audit_fake_last(&fake, AUDIT_OPERATOR_READ);
	assert_int_equal(entry->subject, AUDIT_ABOUT_ACCOUNT);
	assert_int_equal(entry->subject_id, GUEST);
}

static void
what_is_an_operator_s_own_account_is_not_of_others(void **state)
{
	(void)state;
	const struct request req = read_by_operator(&account_route, "/accounts/me", 0);
	assert_ok(audited(&req, "Bearer x", OK));
	assert_int_equal(fake.n, 0);
}

static void
what_cannot_be_written_is_not_shown(void **state)
{
	(void)state;
	const struct request req = read_by_operator(&own_route, "/books/42", 42);
	fake.fails = ERR_UNAVAILABLE;
	assert_err(audited(&req, "Bearer x", OK), ERR_UNAVAILABLE);
}

static void
a_refusal_stands_whether_or_not_it_is_written(void **state)
{
	(void)state;
	struct request req = read_by_operator(&own_route, "/books/42", 42);
	req.credentials.caller = req.caller = (struct caller){.id = 0};
	assert_err(audited(&req, "Bearer wrong", ERR_UNAUTHORIZED), ERR_UNAUTHORIZED);
	assert_int_equal(audit_fake_count(&fake, AUDIT_REFUSAL), 1);
	assert_int_equal(audit_fake_last(&fake, AUDIT_REFUSAL)->by.role, AUDIT_NOBODY);
	fake.fails = ERR_UNAVAILABLE;
	assert_err(audited(&req, "Bearer wrong", ERR_UNAUTHORIZED), ERR_UNAUTHORIZED);
	fake.fails = OK;
	assert_err(audited(&req, "", ERR_UNAUTHORIZED), ERR_UNAUTHORIZED);
	assert_int_equal(audit_fake_count(&fake, AUDIT_REFUSAL), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_word_has_a_name_that_fits_its_column),
		TEST(the_strongest_role_is_written),
		TEST(only_what_is_not_said_becomes_the_account_s_own),
		TEST(somebody_s_cancellation_is_a_fact_and_the_system_s_is_not),
		TEST(a_proof_is_refused_or_limited_or_nothing_was_decided),
		TEST(an_operator_s_read_of_others_is_a_fact_in_whatever_role),
		TEST(credentials_that_are_refused_are_a_fact_and_none_at_all_are_not),
		TEST(a_flood_is_cut_off_and_the_next_entry_says_how_many),
		TEST(a_flood_of_one_kind_hides_no_other),
		TEST(what_could_not_be_written_counts_as_left_out),
		TEST(a_read_says_who_what_and_from_where),
		TEST(a_read_of_somebody_s_list_is_about_that_account),
		TEST(what_is_an_operator_s_own_account_is_not_of_others),
		TEST(what_cannot_be_written_is_not_shown),
		TEST(a_refusal_stands_whether_or_not_it_is_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

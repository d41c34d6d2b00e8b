/* SPDX-License-Identifier: MIT */
/* Who a request is: by an access token, the key of a booking, a service's token, a cookie, or its own
 * word; and which of its roles it acts in. */
#include "test.h"

#include "adapters/booking_key/booking_key_hmac.h"
#include "adapters/json/json.h"
#include "app/app.h"
#include "base/mem.h"
#include "fcgi/hal.h"
#include "fcgi/request.h"
#include "fcgi/request_handle.h"
#include "tests/fakes/token_fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ISSUER "https://hotel.example"
#define NOW    1800000000000
#define JTI    "01920000-0000-7000-8000-000000000000"
#define GUEST  42
#define HOST   7

static struct {
	int calls;
	struct caller caller;
	char scope[160];
} handler;

static enum err
seen(const struct app *app, const struct request *req, struct response *res)
{
	(void)app;
	handler.calls++;
	handler.caller = req->caller;
	snprintf(handler.scope, sizeof(handler.scope), "%s", req->key.scope);
	response_no_content(res);
	return OK;
}

static const struct route routes[] = {
	{GET, "/rooms", seen, .open = true, .caller = CALLER_HOST},
	{POST, "/rooms", seen, .caller = CALLER_HOST},
	{GET, "/books", seen, .caller = CALLER_GUEST_OR_HOST},
	{POST, "/books", seen, .caller = CALLER_GUEST, .anyone = true},
	{GET, "/books/{id}", seen, .caller = CALLER_GUEST_OR_HOST},
	{POST, "/books/{id}/cancel", seen, .caller = CALLER_GUEST_OR_HOST},
	{GET, "/payments/{id}", seen, .caller = CALLER_GUEST_OR_HOST},
	{GET, "/notifications/{id}", seen, .caller = CALLER_RECIPIENT},
	{POST, "/payments", seen, .caller = CALLER_NONE, .internal = true},
};

static enum err
key_find(const struct app *app, const struct idempotency *key)
{
	(void)app, (void)key;
	return ERR_NOT_FOUND;
}

static const struct service service = {
	.name = "test", .routes = routes, .n_routes = ARRAY_SIZE(routes), .key_find = key_find};
static struct settings settings = {.request_timeout_ms = 10000};
static struct token_fake tokens;
static struct token_issuer issuer;
static struct token_verifier verifier;
static struct booking_keys keys;
static struct app app;
static const struct program program = {.service = &service, .settings = &settings, .app = &app};

static int
begin(void **state)
{
	(void)state;
	token_fake_init(&tokens, ISSUER, TOKEN_AUDIENCE, NOW);
	issuer = token_fake_issuer(&tokens);
	verifier = token_fake_verifier(&tokens);
	keys = booking_keys_hmac("the secret of this test");
	app = (struct app){
		.settings = &settings, .token_verifier = &verifier, .booking_keys = &keys};
	settings.auth = AUTH_ON;
	settings.service_token[0] = '\0';
	return 0;
}

/* ---- what is shown --------------------------------------------------------------------------- */

/* "Bearer " and the token of an account with these roles. */
static const char *
account(uint64_t id, unsigned roles)
{
	static char header[TOKEN_TEXT + 8] = "Bearer ";
	struct token_claims claims;
	token_access_claims(id, roles, JTI, NOW, &claims);
	assert_ok(issuer.issue(issuer.self, &claims, header + 7, TOKEN_TEXT));
	return header;
}

static const char *
key_of(uint64_t book_id)
{
	static char header[BOOKING_KEY_SIZE + 8] = "Bearer ";
	keys.make(keys.self, BOOKING_KEY_ANSWERED, book_id, BOOK_KEY_FIRST, header + 7);
	return header;
}

static const char *
cookie_of(uint64_t book_id)
{
	static char header[256];
	char key[BOOKING_KEY_SIZE];
	keys.make(keys.self, BOOKING_KEY_ANSWERED, book_id, BOOK_KEY_FIRST, key);
	snprintf(header, sizeof(header), "language=ko; __Host-booking-%d=%s", (int)book_id, key);
	return header;
}

struct sent {
	const char *authorization, *cookie, *secret, *listener, *key, *forwarded;
};

/* The status of the answer. */
static int
ask_with(const char *method, const char *path, const struct sent *sent)
{
	struct buf body = BUF_INIT(REQUEST_BODY_MAX);
	struct http_response http = {.head = BUF_INIT(65536), .body = BUF_INIT(65536)};
	const char *query = strchr(path, '?');
	const struct {
		const char *name, *value;
	} pairs[] = {{"REQUEST_METHOD", method},
	             {"QUERY_STRING", query ? query + 1 : ""},
	             {"HTTP_AUTHORIZATION", sent->authorization},
	             {"HTTP_COOKIE", sent->cookie},
	             {"HTTP_X_SERVICE_TOKEN", sent->secret},
	             {"HOTEL_LISTENER", sent->listener},
	             {"HTTP_X_FORWARDED_FOR", sent->forwarded},
	             {"HTTP_IDEMPOTENCY_KEY", sent->key}};
	char texts[ARRAY_SIZE(pairs) + 1][TOKEN_TEXT + 64], *params[ARRAY_SIZE(pairs) + 2];
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		if (!pairs[i].value)
			continue;
		snprintf(texts[n], sizeof(texts[n]), "%s=%s", pairs[i].name, pairs[i].value);
		params[n] = texts[n];
		n++;
	}
	snprintf(texts[n], sizeof(texts[n]), "DOCUMENT_URI=%.*s", (int)strcspn(path, "?"), path);
	params[n] = texts[n];
	params[++n] = NULL;
	const struct raw_request raw = {.params = params, .body = &body};
	memset(&handler, 0, sizeof(handler));
	request_handle(&program, &raw, &http);
	const int status = http.status;
	buf_done(&http.head);
	buf_done(&http.body);
	return status;
}

static int
ask(const char *method, const char *path, const char *authorization)
{
	const struct sent sent = {.authorization = authorization};
	return ask_with(method, path, &sent);
}

static void
assert_caller(uint64_t id, unsigned roles)
{
	assert_int_equal(handler.calls, 1);
	assert_int_equal(handler.caller.id, id);
	assert_int_equal(handler.caller.roles, roles);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void
nobody_may_look_at_what_is_open_and_book_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(ask("GET", "/rooms", NULL), 204);
	assert_caller(0, 0);
	assert_int_equal(ask("POST", "/books", NULL), 204);
	assert_caller(0, ROLE_GUEST);
	assert_int_equal(ask("POST", "/rooms", NULL), 401);
	assert_int_equal(ask("GET", "/books", NULL), 401);
	assert_int_equal(ask("GET", "/books/1", NULL), 401);
	assert_int_equal(ask("GET", "/notifications/1", NULL), 401);
	assert_int_equal(handler.calls, 0);
}

static void
nobody_is_somebody_by_saying_so(void **state)
{
	(void)state;
	assert_int_equal(ask("POST", "/books?guestId=42", NULL), 204);
	assert_caller(0, ROLE_GUEST);
	assert_int_equal(ask("GET", "/books?guestId=42", NULL), 401);
	assert_int_equal(ask("POST", "/rooms?hostId=7", NULL), 401);
}

static void
with_auth_off_a_request_without_credentials_is_who_it_says_it_is(void **state)
{
	(void)state;
	settings.auth = AUTH_OFF;
	assert_int_equal(ask("GET", "/books?guestId=42", NULL), 204);
	assert_caller(42, ROLE_GUEST);
	assert_false(handler.caller.proven);
	assert_int_equal(ask("POST", "/rooms?hostId=7", NULL), 204);
	assert_caller(7, ROLE_HOST);
	assert_int_equal(ask("GET", "/books", NULL), 204);
	assert_caller(0, ROLE_GUEST);
}

static void
what_a_proxy_passed_on_is_not_who_it_says_it_is(void **state)
{
	(void)state;
	const struct sent forwarded = {.forwarded = "198.51.100.7"};
	settings.auth = AUTH_OFF;
	assert_int_equal(ask_with("GET", "/books?guestId=42", &forwarded), 401);
	assert_int_equal(handler.calls, 0);
}

static void
an_access_token_counts_in_both_modes_whatever_the_request_says(void **state)
{
	(void)state;
	for (unsigned auth = AUTH_OFF; auth <= AUTH_ON; auth++) {
		settings.auth = auth;
		assert_int_equal(ask("GET", "/books?guestId=9", account(GUEST, ROLE_GUEST)), 204);
		assert_caller(GUEST, ROLE_GUEST);
		assert_true(handler.caller.proven);
		assert_int_equal(ask("POST", "/books?guestId=9", account(GUEST, ROLE_GUEST)), 204);
		assert_caller(GUEST, ROLE_GUEST);
	}
}

static void
what_is_shown_and_does_not_count_is_refused_in_both_modes(void **state)
{
	(void)state;
	static const char *const bad[] = {"Bearer x",
	                                  "Bearer ",
	                                  "Bearer a.b.c",
	                                  "Basic eDp5",
	                                  "x",
	                                  "Bearer b17-1-AAAAAAAAAAAAAAAAAAAAAA",
	                                  "bearer fake-token-63"};
	static const char *const paths[] = {"/rooms", "/books", "/books/1?guestId=1"};
	for (unsigned auth = AUTH_OFF; auth <= AUTH_ON; auth++) {
		settings.auth = auth;
		for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
			for (size_t k = 0; k < ARRAY_SIZE(paths); k++)
				assert_int_equal(ask("GET", paths[k], bad[i]), 401);
	}
	assert_int_equal(handler.calls, 0);
}

static void
an_account_acts_in_a_role_that_it_has(void **state)
{
	(void)state;
	assert_int_equal(ask("GET", "/books?role=host", account(HOST, ROLE_GUEST | ROLE_HOST)),
	                 204);
	assert_caller(HOST, ROLE_HOST);
	assert_int_equal(ask("GET", "/books", account(HOST, ROLE_HOST)), 204);
	assert_caller(HOST, ROLE_GUEST);
	assert_int_equal(ask("GET", "/books?role=host", account(GUEST, ROLE_GUEST)), 403);
	assert_int_equal(ask("POST", "/rooms", account(GUEST, ROLE_GUEST)), 403);
	assert_int_equal(ask("POST", "/rooms", account(HOST, ROLE_HOST)), 204);
	assert_caller(HOST, ROLE_HOST);
	assert_int_equal(ask("GET", "/notifications/1", account(GUEST, ROLE_GUEST)), 204);
	assert_caller(GUEST, ROLE_GUEST);
}

static void
an_operator_reads_everything_and_writes_as_anybody_else(void **state)
{
	(void)state;
	const unsigned roles = ROLE_GUEST | ROLE_OPERATOR;
	assert_int_equal(ask("GET", "/books/1", account(1, roles)), 204);
	assert_caller(1, ROLE_GUEST | ROLE_OPERATOR);
	assert_int_equal(ask("GET", "/books?role=host", account(1, roles)), 204);
	assert_caller(1, ROLE_OPERATOR);
	assert_int_equal(ask("GET", "/books?guestId=42", account(1, roles)), 204);
	assert_caller(42, ROLE_GUEST);
	assert_int_equal(ask("POST", "/books/1/cancel?guestId=42", account(1, roles)), 204);
	assert_caller(1, ROLE_GUEST);
	assert_int_equal(ask("POST", "/rooms", account(1, roles)), 403);
}

static void
a_key_opens_its_booking_and_says_which(void **state)
{
	(void)state;
	for (unsigned auth = AUTH_OFF; auth <= AUTH_ON; auth++) {
		settings.auth = auth;
		assert_int_equal(ask("GET", "/books/17?guestId=42", key_of(17)), 204);
		assert_caller(0, ROLE_KEY_HOLDER);
		assert_int_equal(handler.caller.key_book_id, 17);
		assert_int_equal(handler.caller.key_version, BOOK_KEY_FIRST);
		assert_int_equal(ask("GET", "/notifications/1", key_of(17)), 204);
		assert_caller(0, ROLE_KEY_HOLDER);
		assert_int_equal(ask("POST", "/rooms", key_of(17)), 403);
		assert_int_equal(ask("GET", "/rooms", key_of(17)), 204);
		assert_int_equal(ask("POST", "/books", key_of(17)), 204);
		assert_caller(0, ROLE_GUEST);
	}
}

static void
a_program_without_the_secret_has_nothing_that_a_key_opens(void **state)
{
	(void)state;
	app.booking_keys = NULL;
	assert_int_equal(ask("GET", "/rooms", key_of(17)), 204);
	assert_int_equal(handler.caller.key_book_id, 0);
	assert_int_equal(ask("POST", "/rooms", key_of(17)), 403);
	assert_int_equal(ask("GET", "/books/17", key_of(17)), 204);
	const struct parties parties = {
		.guest_id = 42, .host_id = 7, .book_id = 17, .key_version = 1};
	assert_false(caller_owns(&handler.caller, &parties));
	assert_int_equal(ask("GET", "/rooms", "Bearer b17-1-x"), 401);
}

static void
a_cookie_opens_the_booking_that_the_request_is_about(void **state)
{
	(void)state;
	const struct sent cookie = {.cookie = cookie_of(17)};
	assert_int_equal(ask_with("GET", "/books/17", &cookie), 204);
	assert_caller(0, ROLE_KEY_HOLDER);
	assert_int_equal(handler.caller.key_book_id, 17);
	assert_int_equal(ask_with("GET", "/payments/5", &cookie), 204);
	assert_caller(0, ROLE_KEY_HOLDER);
	assert_int_equal(ask_with("GET", "/books?bookId=17", &cookie), 204);
	assert_int_equal(ask_with("GET", "/books/18", &cookie), 401);
	assert_int_equal(ask_with("GET", "/books", &cookie), 401);
	assert_int_equal(ask_with("POST", "/rooms", &cookie), 401);
}

static void
a_cookie_adds_to_an_account_and_a_wrong_one_does_no_harm(void **state)
{
	(void)state;
	struct sent sent = {.cookie = cookie_of(17)};
	sent.authorization = account(GUEST, ROLE_GUEST);
	assert_int_equal(ask_with("GET", "/books/17", &sent), 204);
	assert_caller(GUEST, ROLE_GUEST | ROLE_KEY_HOLDER);
	sent.cookie = "booking-17=b17-1-AAAAAAAAAAAAAAAAAAAAAA; booking-=; booking-17; =; ;";
	assert_int_equal(ask_with("GET", "/books/17", &sent), 204);
	assert_caller(GUEST, ROLE_GUEST);
	settings.auth = AUTH_OFF;
	const struct sent named = {.cookie = cookie_of(17)};
	assert_int_equal(ask_with("GET", "/books/17?guestId=9", &named), 204);
	assert_caller(9, ROLE_GUEST | ROLE_KEY_HOLDER);
}

static void
an_idempotency_key_is_the_callers_own(void **state)
{
	(void)state;
	struct sent sent = {.key = "k"};
	sent.authorization = key_of(17);
	assert_int_equal(ask_with("POST", "/books/17/cancel", &sent), 204);
	assert_string_equal(handler.scope, "16:17 POST /books/17/cancel");
	sent.authorization = account(GUEST, ROLE_GUEST);
	sent.cookie = cookie_of(17);
	assert_int_equal(ask_with("POST", "/books/17/cancel", &sent), 204);
	assert_string_equal(handler.scope, "1:42 POST /books/17/cancel");
}

static void
only_a_service_gets_to_what_is_internal(void **state)
{
	(void)state;
	struct token_claims claims;
	char header[TOKEN_TEXT + 8] = "Bearer ";
	tokens.audience = "pay";
	assert_ok(token_service_claims("book", "pay", JTI, NOW, &claims));
	assert_ok(issuer.issue(issuer.self, &claims, header + 7, TOKEN_TEXT));
	struct sent sent = {.authorization = header, .listener = "internal"};
	assert_int_equal(ask_with("POST", "/payments", &sent), 204);
	assert_caller(0, ROLE_SERVICE);
	tokens.audience = "room";
	assert_int_equal(ask_with("POST", "/payments", &sent), 401);
	tokens.audience = TOKEN_AUDIENCE;
	sent.authorization = account(1, ROLE_OPERATOR);
	assert_int_equal(ask_with("POST", "/payments", &sent), 401);
	sent.authorization = key_of(17);
	assert_int_equal(ask_with("POST", "/payments", &sent), 401);
	sent.authorization = NULL;
	assert_int_equal(ask_with("POST", "/payments", &sent), 401);
	sent = (struct sent){.authorization = header};
	assert_int_equal(ask_with("POST", "/payments", &sent), 404);
}

static void
the_secret_of_the_version_before_counts_only_while_it_is_given(void **state)
{
	(void)state;
	const struct sent sent = {.secret = "s3cret", .listener = "internal"};
	const struct sent empty = {.secret = "", .listener = "internal"};
	assert_int_equal(ask_with("POST", "/payments", &sent), 401);
	assert_int_equal(ask_with("POST", "/payments", &empty), 401);
	strcpy(settings.service_token, "s3cret");
	assert_int_equal(ask_with("POST", "/payments", &sent), 204);
	assert_int_equal(ask_with("POST", "/payments", &empty), 401);
}

static void
links_name_nobody_whom_credentials_name(void **state)
{
	(void)state;
	char text[HAL_CALLER_TEXT];
	const struct caller guest = {.id = 42, .roles = ROLE_GUEST, .proven = true};
	const struct caller host = {.id = 7, .roles = ROLE_HOST, .proven = true};
	const struct caller holder = {.roles = ROLE_KEY_HOLDER, .proven = true, .key_book_id = 17};
	assert_string_equal(hal_caller(&guest, CALLER_GUEST_OR_HOST, text), "");
	assert_string_equal(hal_caller(&host, CALLER_GUEST_OR_HOST, text), "?role=host");
	assert_string_equal(hal_caller(&host, CALLER_RECIPIENT, text), "");
	assert_string_equal(hal_caller(&holder, CALLER_GUEST_OR_HOST, text), "");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, begin)
	const struct CMUnitTest tests[] = {
		TEST(nobody_may_look_at_what_is_open_and_book_and_nothing_else),
		TEST(nobody_is_somebody_by_saying_so),
		TEST(with_auth_off_a_request_without_credentials_is_who_it_says_it_is),
		TEST(what_a_proxy_passed_on_is_not_who_it_says_it_is),
		TEST(an_access_token_counts_in_both_modes_whatever_the_request_says),
		TEST(what_is_shown_and_does_not_count_is_refused_in_both_modes),
		TEST(an_account_acts_in_a_role_that_it_has),
		TEST(an_operator_reads_everything_and_writes_as_anybody_else),
		TEST(a_key_opens_its_booking_and_says_which),
		TEST(a_program_without_the_secret_has_nothing_that_a_key_opens),
		TEST(a_cookie_opens_the_booking_that_the_request_is_about),
		TEST(a_cookie_adds_to_an_account_and_a_wrong_one_does_no_harm),
		TEST(an_idempotency_key_is_the_callers_own),
		TEST(only_a_service_gets_to_what_is_internal),
		TEST(the_secret_of_the_version_before_counts_only_while_it_is_given),
		TEST(links_name_nobody_whom_credentials_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

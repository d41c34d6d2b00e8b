/* SPDX-License-Identifier: MIT */
/* test_account_audit - what the use cases of account write into the audit, of whom, and what they do not. */
#include "test.h"

#include "app/account/account.h"
#include "base/mem.h"
#include "tests/fakes/account_fake.h"
#include "tests/fakes/token_fake.h"

#include <stdio.h>
#include <string.h>

#define EMAIL    "ana@example.com"
#define PASSWORD "four plain words here"

static const instant_t NOW = 1800000000000;
static struct account_fake fake; /* with the entries of changes */
static struct audit_fake noted;  /* the others */
static struct account_parts_fake parts;
static struct token_fake token_fake;
static struct settings settings;
static struct account_store accounts;
static struct session_store sessions;
static struct account_mail_queue mails;
static struct password_hasher hasher;
static struct password_guesser guesser;
static struct one_time_codes codes;
static struct otp_sealer sealer;
static struct opaque_tokens tokens;
static struct token_issuer issuer;
static struct audit audit;
static struct audit_paces paces;

static const struct account_client from_here = {
	.address = "192.0.2.1", .from = "192.0.2.1", .request_id = "r-1"};

static instant_t
clock_now(void)
{
	return NOW;
}

static const struct app app = {.settings = &settings,
                               .now = clock_now,
                               .accounts = &accounts,
                               .sessions = &sessions,
                               .account_mails = &mails,
                               .password_hasher = &hasher,
                               .password_guesser = &guesser,
                               .one_time_codes = &codes,
                               .otp_sealer = &sealer,
                               .opaque_tokens = &tokens,
                               .token_issuer = &issuer,
                               .audit = &audit,
                               .audit_paces = &paces};

static int
begin(void **state)
{
	(void)state;
	fake = (struct account_fake){.fails = OK};
	noted = (struct audit_fake){.fails = OK};
	parts = (struct account_parts_fake){.step = 100};
	settings = (struct settings){.hosts = HOSTS_CLOSED};
	token_fake_init(&token_fake, "https://hotel.example.com", TOKEN_AUDIENCE, NOW);
	accounts = account_fake_port(&fake);
	sessions = session_fake_port(&fake);
	mails = account_mail_fake_port(&fake);
	hasher = password_hasher_fake(&parts);
	guesser = password_guesser_fake();
	codes = one_time_codes_fake(&parts);
	sealer = otp_sealer_fake(&parts);
	tokens = opaque_tokens_fake(&parts);
	issuer = token_fake_issuer(&token_fake);
	audit = audit_fake_port(&noted);
	audit_paces_init(&paces);
	return 0;
}

static struct account
ana(void)
{
	struct account_sign_up request = {.account = {.email = EMAIL, .name = "Ana"},
	                                  .role = ROLE_GUEST,
	                                  .client = from_here};
	struct faults faults = {.n = 0};
	struct account account;
	bool replayed;
	uint32_t wait_ms;
	snprintf(request.password, sizeof(request.password), "%s", PASSWORD);
	assert_ok(account_sign_up(&app, &request, &faults, &account, &replayed, &wait_ms));
	return account;
}

static enum err
sign_in(const char *email, const char *password, struct signed_in *ret_in)
{
	struct account_sign_in request = {.client = from_here};
	struct sign_in_refusal refusal;
	snprintf(request.email, sizeof(request.email), "%s", email);
	snprintf(request.password, sizeof(request.password), "%s", password);
	return account_sign_in(&app, &request, &refusal, ret_in);
}

/* The last entry of a change, or of another fact; it has to be there. */
static const struct audit_entry *
last(const struct audit_fake *of, enum audit_what what)
{
	const struct audit_entry *entry = audit_fake_last(of, what);
	assert_non_null(entry);
	return entry;
}

/* No entry has a text that nobody but its owner may know. */
static void
no_secret_is_written(void)
{
	static const char *const secrets[] = {EMAIL, PASSWORD, "token-", "hash of"};
	const struct audit_fake *const all[] = {&fake.audit, &noted};
	for (size_t a = 0; a < ARRAY_SIZE(all); a++)
		for (size_t i = 0; i < all[a]->n; i++)
			for (size_t k = 0; k < ARRAY_SIZE(secrets); k++) {
				const struct audit_entry *entry = &all[a]->entries[i].entry;
				assert_null(strstr(entry->detail, secrets[k]));
				assert_null(strstr(entry->by.name, secrets[k]));
			}
}

static void
who_signs_up_in_and_out_is_written_with_the_address(void **state)
{
	(void)state;
	const struct account account = ana();
	struct signed_in in;
	const struct audit_entry *entry = last(&fake.audit, AUDIT_ACCOUNT);
	assert_int_equal(entry->by.id, account.id);
	assert_int_equal(entry->subject_id, account.id);
	assert_string_equal(entry->by.address, "192.0.2.1");
	assert_string_equal(entry->by.request_id, "r-1");
	assert_ok(sign_in(EMAIL, PASSWORD, &in));
	entry = last(&fake.audit, AUDIT_SIGN_IN);
	assert_int_equal(entry->outcome, AUDIT_DONE);
	assert_int_equal(entry->by.id, account.id);
	assert_string_equal(entry->email, "");
	assert_ok(account_sign_out(&app, in.cookie, NULL, &from_here));
	assert_int_equal(last(&fake.audit, AUDIT_SIGN_OUT)->by.id, account.id);
	assert_ok(account_sign_out(&app, in.cookie, NULL, &from_here));
	assert_int_equal(audit_fake_count(&fake.audit, AUDIT_SIGN_OUT), 1);
	assert_int_equal(noted.n, 0);
	no_secret_is_written();
}

static void
a_refused_sign_in_proves_nobody_and_names_an_e_mail_by_its_hash(void **state)
{
	(void)state;
	const struct account account = ana();
	struct signed_in in;
	assert_err(sign_in(EMAIL, "wrong", &in), ERR_UNAUTHORIZED);
	const struct audit_entry *entry = last(&noted, AUDIT_SIGN_IN);
	assert_int_equal(entry->outcome, AUDIT_REFUSED);
	assert_int_equal(entry->by.id, 0);
	assert_int_equal(entry->by.role, AUDIT_NOBODY);
	assert_int_equal(entry->subject_id, account.id);
	assert_string_equal(entry->email, "#" EMAIL);
	assert_err(sign_in("nobody@example.com", "wrong", &in), ERR_UNAUTHORIZED);
	entry = last(&noted, AUDIT_SIGN_IN);
	assert_int_equal(entry->subject_id, 0);
	assert_string_equal(entry->email, "#nobody@example.com");
	assert_int_equal(audit_fake_count(&fake.audit, AUDIT_SIGN_IN), 0);
	no_secret_is_written();
}

static void
guesses_that_have_to_wait_are_written_as_limited(void **state)
{
	(void)state;
	struct signed_in in;
	ana();
	for (int i = 0; i < SIGN_IN_PAIR_FREE; i++)
		assert_err(sign_in(EMAIL, "wrong", &in), ERR_UNAUTHORIZED);
	assert_err(sign_in(EMAIL, PASSWORD, &in), ERR_TOO_MANY);
	assert_int_equal(last(&noted, AUDIT_SIGN_IN)->outcome, AUDIT_LIMITED);
	assert_int_equal(noted.n, SIGN_IN_PAIR_FREE + 1);
}

static void
an_outage_is_no_refusal(void **state)
{
	(void)state;
	struct signed_in in;
	ana();
	parts.fails = ERR_UNAVAILABLE;
	assert_err(sign_in(EMAIL, PASSWORD, &in), ERR_UNAVAILABLE);
	assert_int_equal(noted.n, 0);
}

static void
a_missing_second_factor_is_told_from_a_wrong_password(void **state)
{
	(void)state;
	const struct account account = ana();
	const struct audit_actor lee = {.role = AUDIT_COMMAND, .name = "lee"};
	struct second_factor_setup setup;
	struct signed_in in;
	assert_ok(second_factor_give(&app, account.id, &lee, &setup));
	const struct audit_entry *entry = last(&fake.audit, AUDIT_FACTOR_ON);
	assert_int_equal(entry->by.role, AUDIT_COMMAND);
	assert_string_equal(entry->by.name, "lee");
	assert_int_equal(entry->subject_id, account.id);
	assert_err(sign_in(EMAIL, PASSWORD, &in), ERR_UNAUTHORIZED);
	assert_string_equal(last(&noted, AUDIT_SIGN_IN)->detail, "second factor needed");
}

static void
a_refresh_token_is_written_when_it_does_not_count(void **state)
{
	(void)state;
	const struct account account = ana();
	struct signed_in in, next;
	assert_ok(sign_in(EMAIL, PASSWORD, &in));
	assert_ok(account_refresh(&app, in.refresh_token, &from_here, &next));
	assert_int_equal(noted.n, 0);
	assert_err(account_refresh(&app, in.refresh_token, &from_here, &next), ERR_UNAUTHORIZED);
	const struct audit_entry *entry = last(&fake.audit, AUDIT_TOKEN_REUSE);
	assert_int_equal(entry->by.role, AUDIT_NOBODY);
	assert_int_equal(entry->by.id, 0);
	assert_int_equal(entry->subject_id, account.id);
	assert_err(account_refresh(&app, "made up", &from_here, &next), ERR_UNAUTHORIZED);
	assert_string_equal(last(&noted, AUDIT_SIGN_IN)->detail, "refresh token");
	no_secret_is_written();
}

static void
a_password_is_written_when_it_is_changed_or_the_old_one_is_wrong(void **state)
{
	(void)state;
	const struct account account = ana();
	struct account_password_change change = {.account_id = account.id, .client = from_here};
	struct faults faults = {.n = 0};
	uint32_t wait_ms;
	snprintf(change.old, sizeof(change.old), "wrong");
	snprintf(change.new, sizeof(change.new), "five other plain words");
	assert_err(account_password_change(&app, &change, &faults, &wait_ms), ERR_INVALID);
	const struct audit_entry *entry = last(&noted, AUDIT_PASSWORD);
	assert_int_equal(entry->outcome, AUDIT_REFUSED);
	assert_int_equal(entry->by.id, account.id);
	snprintf(change.old, sizeof(change.old), PASSWORD);
	snprintf(change.new, sizeof(change.new), "short");
	faults = (struct faults){.n = 0};
	assert_err(account_password_change(&app, &change, &faults, &wait_ms), ERR_INVALID);
	assert_int_equal(noted.n, 1);
	snprintf(change.new, sizeof(change.new), "five other plain words");
	assert_ok(account_password_change(&app, &change, &faults, &wait_ms));
	assert_int_equal(last(&fake.audit, AUDIT_PASSWORD)->by.id, account.id);
	no_secret_is_written();
}

static void
a_reset_is_written_and_so_is_a_link_that_does_not_count(void **state)
{
	(void)state;
	const struct account account = ana();
	struct faults faults = {.n = 0};
	char hash[SECRET_HASH_TEXT] = "#of-a-mail";
	assert_err(account_reset(&app, "made-up", PASSWORD " too", &from_here, &faults),
	           ERR_INVALID);
	assert_int_equal(last(&noted, AUDIT_RESET)->by.role, AUDIT_NOBODY);
	assert_ok(accounts.token_put(accounts.self, &account, ACCOUNT_MAIL_RESET, hash, NOW));
	faults = (struct faults){.n = 0};
	assert_ok(account_reset(&app, "of-a-mail", PASSWORD " too", &from_here, &faults));
	assert_int_equal(last(&fake.audit, AUDIT_RESET)->by.id, account.id);
	no_secret_is_written();
}

static void
what_is_done_at_a_terminal_names_the_user_of_the_machine(void **state)
{
	(void)state;
	const struct account_add request = {.account = {.email = EMAIL},
	                                    .is_operator = true,
	                                    .by = {.role = AUDIT_COMMAND, .name = "lee"}};
	struct account_added made;
	char password[OPAQUE_TOKEN_TEXT];
	assert_ok(account_add(&app, &request, &made));
	const struct audit_entry *entry = last(&fake.audit, AUDIT_ACCOUNT);
	assert_string_equal(entry->by.name, "lee");
	assert_int_equal(entry->by.id, 0);
	assert_int_equal(entry->subject_id, made.account.id);
	entry = last(&fake.audit, AUDIT_ROLE_GIVEN);
	assert_string_equal(entry->detail, "operator");
	assert_int_equal(entry->subject_id, made.account.id);
	assert_int_equal(audit_fake_count(&fake.audit, AUDIT_FACTOR_ON), 1);
	assert_ok(account_password_replace(&app, made.account.id, &request.by, password));
	assert_string_equal(last(&fake.audit, AUDIT_PASSWORD)->by.name, "lee");
	no_secret_is_written();
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_signs_up_in_and_out_is_written_with_the_address),
		TEST(a_refused_sign_in_proves_nobody_and_names_an_e_mail_by_its_hash),
		TEST(guesses_that_have_to_wait_are_written_as_limited),
		TEST(an_outage_is_no_refusal),
		TEST(a_missing_second_factor_is_told_from_a_wrong_password),
		TEST(a_refresh_token_is_written_when_it_does_not_count),
		TEST(a_password_is_written_when_it_is_changed_or_the_old_one_is_wrong),
		TEST(a_reset_is_written_and_so_is_a_link_that_does_not_count),
		TEST(what_is_done_at_a_terminal_names_the_user_of_the_machine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

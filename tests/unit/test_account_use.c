/* SPDX-License-Identifier: MIT */
/* The use cases of account, on fakes. */
#include "tests/unit/test.h"

#include "app/account/account_audit.h"
#include "base/mem.h"
#include "tests/fakes/account_fake.h"
#include "tests/fakes/token_fake.h"

#include <stdio.h>
#include <string.h>

#define PASSWORD "four plain words here"

static instant_t now;
static struct account_fake fake;
static struct account_parts_fake parts;
static struct token_fake token_fake;
static struct settings settings;
static struct account_store accounts;
static struct session_store sessions;
static struct account_mail_queue mails;
static struct password_hasher hasher;
static struct password_guesser guesser;
static struct one_time_codes codes;
static struct opaque_tokens tokens;
static struct account_mailer mailer;
static struct token_issuer issuer;
static struct audit_fake audited;
static struct audit audit;
static struct audit_paces paces;
static const struct account_client from_here = {
	.address = "192.0.2.1", .from = "192.0.2.1", .request_id = "r-1"};
static const struct audit_actor operator= {.role = AUDIT_COMMAND, .name = "lee"};
static struct account_contexts contexts;

static instant_t
clock_now(void)
{
	return now;
}

static const struct app app = {.settings = &settings,
                               .now = clock_now,
                               .accounts = &accounts,
                               .sessions = &sessions,
                               .account_mails = &mails,
                               .account_mailer = &mailer,
                               .password_hasher = &hasher,
                               .password_guesser = &guesser,
                               .one_time_codes = &codes,
                               .opaque_tokens = &tokens,
                               .token_issuer = &issuer,
                               .audit = &audit,
                               .audit_paces = &paces,
                               .account_contexts = &contexts};

static int
begin(void **state)
{
	(void)state;
	now = 1800000000000;
	fake = (struct account_fake){.fails = OK};
	parts = (struct account_parts_fake){.step = 100};
	settings = (struct settings){.url = "https://hotel.example.com",
	                             .smtp_url = "smtp://mail",
	                             .delivery = ON,
	                             .language = LANGUAGE_EN};
	token_fake_init(&token_fake, "https://hotel.example.com", TOKEN_AUDIENCE, now);
	accounts = account_fake_port(&fake);
	sessions = session_fake_port(&fake);
	mails = account_mail_fake_port(&fake);
	hasher = password_hasher_fake(&parts);
	guesser = password_guesser_fake();
	codes = one_time_codes_fake(&parts);
	tokens = opaque_tokens_fake(&parts);
	mailer = account_mailer_fake(&parts);
	issuer = token_fake_issuer(&token_fake);
	audited = (struct audit_fake){.fails = OK};
	audit = audit_fake_port(&audited);
	audit_paces_init(&paces);
	contexts = account_contexts_fake(&parts);
	return 0;
}

static enum err
sign_up(enum role role, const char *password, struct faults *faults, struct account *ret_account)
{
	struct account_sign_up request = {.account = {.email = "ana@example.com", .name = "Ana"},
	                                  .role = role};
	bool replayed;
	uint32_t wait_ms;
	snprintf(request.password, sizeof(request.password), "%s", password);
	return account_sign_up(&app, &request, faults, ret_account, &replayed, &wait_ms);
}

static enum err
reset_ask(const char *email, const char *address)
{
	struct account_client client = {.address = ""};
	uint32_t wait_ms;
	snprintf(client.address, sizeof(client.address), "%s", address);
	return account_reset_ask(&app, email, &client, &wait_ms);
}

static struct account
ana(void)
{
	struct account account;
	struct faults faults = {.n = 0};
	assert_ok(sign_up(ROLE_GUEST, PASSWORD, &faults, &account));
	return account;
}

static enum err
sign_in(const char *password, const char *otp, struct sign_in_refusal *ret_refusal,
        struct signed_in *ret_in)
{
	struct account_sign_in request = {.email = "ana@example.com",
	                                  .client = {.address = "192.0.2.1",
	                                             .agent = "Browser",
	                                             .from = "192.0.2.1",
	                                             .request_id = "r-1"}};
	snprintf(request.password, sizeof(request.password), "%s", password);
	snprintf(request.otp, sizeof(request.otp), "%s", otp);
	return account_sign_in(&app, &request, ret_refusal, ret_in);
}

static struct signed_in
ana_in(void)
{
	struct sign_in_refusal refusal;
	struct signed_in in;
	assert_ok(sign_in(PASSWORD, "", &refusal, &in));
	return in;
}

static struct account_proof
proof_of(uint64_t account_id, const char *password, const char *otp)
{
	struct account_proof proof = {.account_id = account_id};
	snprintf(proof.password, sizeof(proof.password), "%s", password);
	snprintf(proof.otp, sizeof(proof.otp), "%s", otp);
	return proof;
}

static struct second_factor_setup
ana_second_factor(uint64_t account_id)
{
	struct second_factor_setup setup;
	struct faults faults = {.n = 0};
	uint32_t wait_ms;
	struct account_proof proof = proof_of(account_id, PASSWORD, "123 456");
	assert_ok(second_factor_set_up(&app, &proof, &faults, &wait_ms, &setup));
	assert_ok(second_factor_confirm(&app, &proof, &faults, &wait_ms));
	parts.step++;
	return setup;
}

/* ---- signing up ---- */

static void
signing_up_stores_a_hash_and_asks_for_a_mail(void **state)
{
	(void)state;
	struct account account = ana();
	assert_true(account.id >= ACCOUNT_ID_FIRST);
	assert_string_equal(fake.accounts[0].secrets.password, "hash of " PASSWORD);
	assert_int_equal(fake.n_mails, 1);
	assert_int_equal(fake.n_tokens, 0);
}

static void
an_email_has_one_account(void **state)
{
	(void)state;
	struct account account = ana();
	struct faults faults = {.n = 0};
	assert_err(sign_up(ROLE_GUEST, PASSWORD, &faults, &account), ERR_STATE_CONFLICT);
}

static void
a_refused_password_is_named_and_nothing_is_hashed(void **state)
{
	(void)state;
	static const struct {
		const char *password, *code;
	} refused[] = {{"short", "password.short"},
	               {"common12", "password.common"},
	               {"ana@example.com1", "password.common"},
	               {"I am myhotel", "password.common"}};
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		struct account account;
		struct faults faults = {.n = 0};
		assert_err(sign_up(ROLE_GUEST, refused[i].password, &faults, &account),
		           ERR_INVALID);
		assert_string_equal(faults.list[0].code, refused[i].code);
		assert_string_equal(faults.list[0].pointer, "/password");
	}
	assert_int_equal(parts.hashes, 0);
}

static void
whether_hosts_may_sign_up_is_a_setting(void **state)
{
	(void)state;
	struct account account;
	struct faults faults = {.n = 0};
	assert_err(sign_up(ROLE_HOST, PASSWORD, &faults, &account), ERR_FORBIDDEN);
	settings.hosts = HOSTS_OPEN;
	assert_ok(sign_up(ROLE_HOST, PASSWORD, &faults, &account));
	assert_true(account.is_host);
}

/* ---- signing in ---- */

static void
signing_in_gives_tokens_of_which_only_hashes_are_stored(void **state)
{
	(void)state;
	const uint64_t id = ana().id;
	struct signed_in in = ana_in();
	assert_int_equal(in.expires_in_s, 900);
	assert_int_equal(token_fake.issued[0].account_id, id);
	assert_int_equal(token_fake.issued[0].roles, ROLE_GUEST);
	assert_string_not_equal(in.refresh_token, in.cookie);
	assert_int_equal(fake.sessions[0].refresh[0], '#');
	assert_int_equal(fake.sessions[0].cookie[0], '#');
	assert_string_equal(fake.sessions[0].session.address, "192.0.2.1");
	assert_string_equal(fake.sessions[0].session.agent, "Browser");
}

static void
an_unknown_email_costs_the_same_work_and_says_the_same(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	assert_err(sign_in(PASSWORD, "", &refusal, &in), ERR_UNAUTHORIZED);
	assert_false(refusal.otp_needed);
	assert_int_equal(parts.hashes, 1);
	assert_int_equal(parts.unknown, 1);
	ana();
	parts.hashes = 0;
	assert_err(sign_in("wrong password", "", &refusal, &in), ERR_UNAUTHORIZED);
	assert_false(refusal.otp_needed);
	assert_int_equal(parts.hashes, 1);
}

static void
guessing_has_to_wait_and_a_right_password_ends_the_count(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	ana();
	for (int i = 0; i < SIGN_IN_PAIR_FREE; i++)
		assert_err(sign_in("wrong password", "", &refusal, &in), ERR_UNAUTHORIZED);
	parts.hashes = 0;
	assert_err(sign_in(PASSWORD, "", &refusal, &in), ERR_TOO_MANY);
	assert_int_equal(refusal.wait_ms, 1000);
	assert_int_equal(parts.hashes, 0);
	now += 1000;
	assert_ok(sign_in(PASSWORD, "", &refusal, &in));
	for (int i = 0; i < SIGN_IN_PAIR_FREE; i++)
		assert_err(sign_in("wrong password", "", &refusal, &in), ERR_UNAUTHORIZED);
}

static void
who_guesses_from_elsewhere_does_not_keep_the_owner_out(void **state)
{
	(void)state;
	struct account_sign_in guess = {.email = "ana@example.com", .password = "wrong"};
	struct sign_in_refusal refusal;
	struct signed_in in;
	ana();
	for (int i = 0; i < 1000; i++) {
		snprintf(guess.client.address, sizeof(guess.client.address), "198.51.100.%d",
		         i % 50);
		assert_int_not_equal(account_sign_in(&app, &guess, &refusal, &in), OK);
	}
	assert_true(parts.hashes < 1000);
	ana_in();
}

static void
who_guesses_from_many_addresses_of_one_network_waits_like_from_one(void **state)
{
	(void)state;
	struct account_sign_in guess = {.email = "ana@example.com", .password = "wrong"};
	struct sign_in_refusal refusal;
	struct signed_in in;
	ana();
	for (int i = 0; i < 100; i++) {
		snprintf(guess.client.address, sizeof(guess.client.address), "2001:db8::%x", i);
		assert_int_not_equal(account_sign_in(&app, &guess, &refusal, &in), OK);
	}
	assert_true(parts.hashes < 10);
}

static void
a_second_factor_is_asked_for_after_the_password_and_not_before(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	ana_second_factor(ana().id);
	assert_err(sign_in("wrong password", "", &refusal, &in), ERR_UNAUTHORIZED);
	assert_false(refusal.otp_needed);
	assert_err(sign_in(PASSWORD, "", &refusal, &in), ERR_UNAUTHORIZED);
	assert_true(refusal.otp_needed);
	assert_err(sign_in(PASSWORD, "654321", &refusal, &in), ERR_UNAUTHORIZED);
	assert_false(refusal.otp_needed);
	assert_ok(sign_in(PASSWORD, "123456", &refusal, &in));
	assert_true(in.session.second_factor);
}

static void
wrong_one_time_codes_are_counted_like_wrong_passwords(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	ana_second_factor(ana().id);
	for (int i = 0; i < SIGN_IN_PAIR_FREE; i++)
		assert_err(sign_in(PASSWORD, "654321", &refusal, &in), ERR_UNAUTHORIZED);
	assert_err(sign_in(PASSWORD, "123456", &refusal, &in), ERR_TOO_MANY);
}

static void
a_right_password_without_a_code_takes_no_wrong_code_back(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	ana_second_factor(ana().id);
	for (int i = 0; i < SIGN_IN_PAIR_FREE; i++)
		assert_err(sign_in(PASSWORD, i % 2 ? "" : "654321", &refusal, &in),
		           ERR_UNAUTHORIZED);
	assert_err(sign_in(PASSWORD, "", &refusal, &in), ERR_TOO_MANY);
}

static void
a_one_time_code_counts_once(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	ana_second_factor(ana().id);
	assert_ok(sign_in(PASSWORD, "123456", &refusal, &in));
	assert_err(sign_in(PASSWORD, "123456", &refusal, &in), ERR_UNAUTHORIZED);
	parts.step++;
	assert_ok(sign_in(PASSWORD, "123456", &refusal, &in));
}

static void
a_recovery_code_stands_for_a_lost_device_once(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	struct second_factor_setup setup = ana_second_factor(ana().id);
	assert_ok(sign_in(PASSWORD, setup.recovery[3], &refusal, &in));
	assert_err(sign_in(PASSWORD, setup.recovery[3], &refusal, &in), ERR_UNAUTHORIZED);
	assert_ok(sign_in(PASSWORD, setup.recovery[4], &refusal, &in));
}

static void
an_operator_gets_the_role_in_a_token_only_with_a_second_factor(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	struct account account = ana();
	assert_ok(accounts.role_set(accounts.self, account.id, ROLE_OPERATOR, true, now, NULL,
	                            &account));
	ana_in();
	assert_int_equal(token_fake.issued[0].roles, ROLE_GUEST);
	ana_second_factor(account.id);
	assert_ok(sign_in(PASSWORD, "123456", &refusal, &in));
	assert_int_equal(token_fake.issued[1].roles, ROLE_GUEST | ROLE_OPERATOR);
}

/* ---- sessions ---- */

static void
a_refresh_token_is_exchanged_and_its_second_use_ends_the_family(void **state)
{
	(void)state;
	struct signed_in next, more;
	ana();
	struct signed_in in = ana_in();
	assert_ok(account_refresh(&app, in.refresh_token, &from_here, &next));
	assert_string_not_equal(next.refresh_token, in.refresh_token);
	assert_int_equal(next.session.id, in.session.id);
	assert_err(account_refresh(&app, in.refresh_token, &from_here, &more), ERR_UNAUTHORIZED);
	assert_err(account_refresh(&app, next.refresh_token, &from_here, &more), ERR_UNAUTHORIZED);
	struct session session;
	struct account account;
	assert_err(account_of_cookie(&app, in.cookie, &session, &account), ERR_UNAUTHORIZED);
}

static void
a_cookie_counts_until_its_session_ends(void **state)
{
	(void)state;
	struct session session;
	struct account account;
	ana();
	struct signed_in in = ana_in();
	assert_ok(account_of_cookie(&app, in.cookie, &session, &account));
	assert_int_equal(session.id, in.session.id);
	assert_err(account_of_cookie(&app, in.refresh_token, &session, &account), ERR_UNAUTHORIZED);
	assert_ok(account_sign_out(&app, in.cookie, NULL, &from_here));
	assert_err(account_of_cookie(&app, in.cookie, &session, &account), ERR_UNAUTHORIZED);
}

static void
signing_out_by_a_refresh_token_ends_its_session_alone(void **state)
{
	(void)state;
	struct signed_in next;
	ana();
	struct signed_in one = ana_in(), other = ana_in();
	assert_ok(account_sign_out(&app, "", one.refresh_token, &from_here));
	assert_err(account_refresh(&app, one.refresh_token, &from_here, &next), ERR_UNAUTHORIZED);
	assert_ok(account_refresh(&app, other.refresh_token, &from_here, &next));
}

/* ---- passwords ---- */

static void
a_password_is_changed_by_the_old_one_and_other_sessions_end(void **state)
{
	(void)state;
	struct session session;
	struct account account = ana();
	struct faults faults = {.n = 0};
	uint32_t wait_ms;
	struct signed_in here = ana_in(), there = ana_in();
	struct account_password_change change = {.account_id = account.id,
	                                         .session_id = here.session.id,
	                                         .old = "not the old one",
	                                         .new = "five other plain words"};
	assert_err(account_password_change(&app, &change, &faults, &wait_ms), ERR_INVALID);
	assert_string_equal(faults.list[0].code, "password.wrong");
	assert_string_equal(faults.list[0].pointer, "/oldPassword");
	strcpy(change.old, PASSWORD);
	assert_ok(account_password_change(&app, &change, &faults, &wait_ms));
	assert_string_equal(fake.accounts[0].secrets.password, "hash of five other plain words");
	assert_ok(account_of_cookie(&app, here.cookie, &session, &account));
	assert_err(account_of_cookie(&app, there.cookie, &session, &account), ERR_UNAUTHORIZED);
}

static void
a_stolen_session_cannot_guess_the_password_without_a_wait(void **state)
{
	(void)state;
	struct account account = ana();
	struct faults faults = {.n = 0};
	uint32_t wait_ms;
	struct account_password_change change = {
		.account_id = account.id, .old = "wrong", .new = "five other plain words"};
	for (int i = 0; i < SIGN_IN_PAIR_FREE; i++)
		assert_err(account_password_change(&app, &change, &faults, &wait_ms), ERR_INVALID);
	assert_err(account_password_change(&app, &change, &faults, &wait_ms), ERR_TOO_MANY);
	assert_int_equal(wait_ms, 1000);
}

/* The mail that is due, as worker-account sends it. Returns its token. */
static const char *
mail_take(enum account_mail_kind kind)
{
	bool more;
	const unsigned before = parts.n_mails;
	assert_ok(account_mail_send(&app, &more));
	assert_int_equal(parts.n_mails, before + 1);
	assert_int_equal(parts.last_job.kind, kind);
	const char *token = strstr(parts.last_link, "?token=");
	assert_non_null(token);
	return token + strlen("?token=");
}

static void
a_mail_s_token_verifies_the_email_once(void **state)
{
	(void)state;
	struct account account = ana();
	struct faults faults = {.n = 0};
	const char *token = mail_take(ACCOUNT_MAIL_VERIFY);
	assert_string_equal(parts.last_link, "https://hotel.example.com/verify.html?token=token-1");
	assert_int_equal(parts.last_language, LANGUAGE_EN);
	assert_ok(account_verify(&app, token, &faults, &account));
	assert_true(account.verified);
	assert_err(account_verify(&app, token, &faults, &account), ERR_INVALID);
	assert_string_equal(faults.list[0].code, "link.unknown");
}

static void
an_access_token_has_the_email_as_soon_as_it_is_verified(void **state)
{
	(void)state;
	struct account account = ana();
	struct faults faults = {.n = 0};
	ana_in();
	assert_string_equal(token_fake.issued[token_fake.n - 1].email, "");
	assert_ok(account_verify(&app, mail_take(ACCOUNT_MAIL_VERIFY), &faults, &account));
	ana_in();
	assert_string_equal(token_fake.issued[token_fake.n - 1].email, "ana@example.com");
}

static void
a_token_is_too_old_half_an_hour_after_its_mail(void **state)
{
	(void)state;
	struct account account = ana();
	struct faults faults = {.n = 0};
	now += 3600000; /* the mail server was down meanwhile: the token is made when the mail leaves */
	const char *token = mail_take(ACCOUNT_MAIL_VERIFY);
	now += 1800000;
	assert_err(account_verify(&app, token, &faults, &account), ERR_INVALID);
}

static void
a_password_is_reset_by_mail_and_all_sessions_end(void **state)
{
	(void)state;
	struct session session;
	struct account account = ana();
	struct faults faults = {.n = 0};
	struct signed_in in = ana_in();
	mail_take(ACCOUNT_MAIL_VERIFY);
	assert_ok(reset_ask("ana@example.com", ""));
	const char *token = mail_take(ACCOUNT_MAIL_RESET);
	assert_err(account_reset(&app, token, "short", &from_here, &faults), ERR_INVALID);
	assert_string_equal(faults.list[0].code, "password.short");
	assert_ok(account_reset(&app, token, "five other plain words", &from_here, &faults));
	assert_err(account_of_cookie(&app, in.cookie, &session, &account), ERR_UNAUTHORIZED);
	assert_err(account_reset(&app, token, "six more plain words here", &from_here, &faults),
	           ERR_INVALID);
	struct sign_in_refusal refusal;
	assert_ok(sign_in("five other plain words", "", &refusal, &in));
	assert_true(in.account.verified);
}

static void
a_reset_of_an_unknown_email_is_answered_like_any_other(void **state)
{
	(void)state;
	assert_ok(reset_ask("nobody@example.com", ""));
	assert_int_equal(fake.n_mails, 0);
}

static void
nobody_has_mails_sent_without_end(void **state)
{
	(void)state;
	ana();
	for (int i = 0; i < SIGN_IN_PAIR_FREE; i++)
		assert_ok(reset_ask("nobody@example.com", "192.0.2.1"));
	assert_err(reset_ask("nobody@example.com", "192.0.2.1"), ERR_TOO_MANY);
	assert_ok(reset_ask("nobody@example.com", "192.0.2.2"));
	char email[EMAIL_SIZE];
	for (int i = SIGN_IN_PAIR_FREE; i < SIGN_IN_ADDRESS_FREE; i++) {
		snprintf(email, sizeof(email), "guest%d@example.com", i);
		assert_ok(reset_ask(email, "192.0.2.1"));
	}
	assert_err(reset_ask("ana@example.com", "192.0.2.1"), ERR_TOO_MANY);
	ana_in(); /* from the first address: signing in is another count */
	for (int i = 0; i < 2 * SIGN_IN_PAIR_FREE; i++)
		assert_ok(reset_ask("nobody@example.com", ""));
}

static void
a_verified_account_is_not_asked_to_verify_itself(void **state)
{
	(void)state;
	struct account account = ana();
	struct faults faults = {.n = 0};
	assert_ok(account_verify(&app, mail_take(ACCOUNT_MAIL_VERIFY), &faults, &account));
	now += 3600000;
	assert_ok(account_verification_ask(&app, account.id));
	assert_int_equal(fake.n_mails, 1);
}

/* ---- mails ---- */

static void
a_mail_that_cannot_be_sent_waits_and_gets_a_new_token(void **state)
{
	(void)state;
	bool more;
	struct faults faults = {.n = 0};
	struct account account = ana();
	parts.fails = ERR_UNAVAILABLE;
	assert_ok(account_mail_send(&app, &more));
	assert_false(more);
	parts.fails = OK;
	assert_ok(account_mail_send(&app, &more));
	assert_int_equal(parts.n_mails, 0);
	now += 2000;
	mail_take(ACCOUNT_MAIL_VERIFY);
	assert_err(account_verify(&app, "token-1", &faults, &account), ERR_INVALID);
	assert_ok(account_verify(&app, "token-2", &faults, &account));
}

static void
a_mail_that_can_never_be_sent_is_given_up(void **state)
{
	(void)state;
	bool more;
	ana();
	parts.fails = ERR_INVALID;
	assert_ok(account_mail_send(&app, &more));
	assert_int_equal(fake.mails[0].due_at, 0);
}

static void
with_delivery_off_mails_wait(void **state)
{
	(void)state;
	bool more;
	ana();
	settings.delivery = OFF;
	assert_ok(account_mail_send(&app, &more));
	assert_int_equal(parts.n_mails, 0);
	assert_int_equal(fake.n_tokens, 0);
	settings.delivery = ON;
	settings.smtp_url[0] = '\0';
	assert_ok(account_mail_send(&app, &more));
	assert_int_equal(fake.n_tokens, 0);
	strcpy(settings.smtp_url, "smtp://mail");
	mail_take(ACCOUNT_MAIL_VERIFY);
}

/* ---- the second factor ---- */

static void
a_second_factor_counts_after_its_first_code(void **state)
{
	(void)state;
	struct second_factor_setup setup;
	struct faults faults = {.n = 0};
	uint32_t wait_ms;
	struct account account = ana();
	struct account_proof proof = proof_of(account.id, "wrong password", "654321");
	assert_err(second_factor_confirm(&app, &proof, &faults, &wait_ms), ERR_STATE_CONFLICT);
	assert_err(second_factor_set_up(&app, &proof, &faults, &wait_ms, &setup), ERR_INVALID);
	proof = proof_of(account.id, PASSWORD, "654321");
	assert_ok(second_factor_set_up(&app, &proof, &faults, &wait_ms, &setup));
	ana_in();
	assert_err(second_factor_confirm(&app, &proof, &faults, &wait_ms), ERR_INVALID);
	proof = proof_of(account.id, PASSWORD, "123456");
	assert_ok(second_factor_confirm(&app, &proof, &faults, &wait_ms));
	assert_err(second_factor_set_up(&app, &proof, &faults, &wait_ms, &setup),
	           ERR_STATE_CONFLICT);
}

static void
a_second_factor_is_removed_by_password_and_code_but_not_by_an_operator(void **state)
{
	(void)state;
	struct faults faults = {.n = 0};
	uint32_t wait_ms;
	struct account account = ana();
	ana_second_factor(account.id);
	struct account_proof proof = proof_of(account.id, PASSWORD, "654321");
	assert_err(second_factor_remove(&app, &proof, &faults, &wait_ms), ERR_INVALID);
	assert_string_equal(faults.list[0].code, "otp.wrong");
	proof = proof_of(account.id, PASSWORD, "123456");
	assert_ok(accounts.role_set(accounts.self, account.id, ROLE_OPERATOR, true, now, NULL,
	                            &account));
	assert_err(second_factor_remove(&app, &proof, &faults, &wait_ms), ERR_FORBIDDEN);
	assert_ok(accounts.role_set(accounts.self, account.id, ROLE_OPERATOR, false, now, NULL,
	                            &account));
	assert_ok(second_factor_remove(&app, &proof, &faults, &wait_ms));
	ana_in();
}

static void
an_operator_s_account_is_made_with_a_password_and_a_second_factor(void **state)
{
	(void)state;
	struct account_add request = {.account = {.email = "op@example.com"}, .is_operator = true};
	struct account_added added;
	assert_ok(account_add(&app, &request, &added));
	assert_true(added.account.is_operator && added.has_second_factor);
	assert_int_equal(strlen(added.second_factor.key), OTP_KEY_TEXT - 1);
	struct account_sign_in sign = {.email = "op@example.com", .otp = "123456"};
	struct sign_in_refusal refusal;
	struct signed_in in;
	snprintf(sign.password, sizeof(sign.password), "%s", added.password);
	assert_ok(account_sign_in(&app, &sign, &refusal, &in));
	assert_int_equal(token_fake.issued[0].roles, ROLE_GUEST | ROLE_OPERATOR);
	assert_err(account_add(&app, &request, &added), ERR_STATE_CONFLICT);
}

static void
a_guest_from_before_accounts_gets_the_account_of_its_number(void **state)
{
	(void)state;
	struct account_add request = {.account = {.id = 42, .email = "old@example.com"},
	                              .is_host = true};
	struct account_added added;
	char password[OPAQUE_TOKEN_TEXT];
	assert_ok(account_add(&app, &request, &added));
	assert_int_equal(added.account.id, 42);
	assert_true(added.account.is_host);
	strcpy(request.account.email, "other@example.com");
	assert_err(account_add(&app, &request, &added), ERR_TAKEN);
	assert_ok(account_password_replace(&app, 42, &operator, password));
	assert_err(account_password_replace(&app, 43, &operator, password), ERR_NOT_FOUND);
}

static const struct origin origin = {.request_id = "r"};
static struct account_ties ties;

static void
an_account_is_proven_by_its_password_and_a_code_if_it_has_a_second_factor(void **state)
{
	(void)state;
	struct faults faults = {.n = 0};
	struct second_factor_setup setup;
	struct account_proof proof = {.account_id = ana().id, .password = "wrong"};
	uint32_t wait_ms;
	assert_err(account_prove(&app, AUDIT_ERASURE, &proof, &faults, &wait_ms), ERR_INVALID);
	assert_string_equal(faults.list[0].pointer, "/password");
	strcpy(proof.password, PASSWORD);
	assert_ok(account_prove(&app, AUDIT_ERASURE, &proof, &faults, &wait_ms));
	assert_ok(second_factor_give(&app, proof.account_id, &operator, & setup));
	faults.n = 0;
	assert_err(account_prove(&app, AUDIT_ERASURE, &proof, &faults, &wait_ms), ERR_INVALID);
	assert_string_equal(faults.list[0].pointer, "/otp");
	strcpy(proof.otp, "123456");
	assert_ok(account_prove(&app, AUDIT_ERASURE, &proof, &faults, &wait_ms));
	assert_err(account_prove(&app, AUDIT_ERASURE, &proof, &faults, &wait_ms), ERR_INVALID);
	assert_int_equal(audit_fake_count(&audited, AUDIT_ERASURE), 3); /* what was refused */
}

static void
an_export_has_every_section_and_says_whether_one_is_longer(void **state)
{
	(void)state;
	struct account_export export;
	const struct account account = ana();
	parts.long_section = SECTION_MAX;
	assert_ok(account_export(&app, &account, &origin, &export));
	for (int i = 0; i < SECTION_MAX; i++)
		assert_int_equal(export.sections[i].data[1], '0' + i);
	assert_false(export.more);
	account_export_done(&export);
	parts.long_section = SECTION_PAYMENTS;
	assert_ok(account_export(&app, &account, &origin, &export));
	assert_true(export.more);
	account_export_done(&export);
	parts.contexts_say = ERR_UNAVAILABLE;
	assert_err(account_export(&app, &account, &origin, &export), ERR_UNAVAILABLE);
	account_export_done(&export);
}

static void
an_account_with_bookings_to_come_or_open_rooms_is_kept(void **state)
{
	(void)state;
	struct account account = ana();
	const uint64_t id = account.id;
	const struct audit_entry leaving = account_audit_own(AUDIT_ERASURE, &from_here, id);
	parts.ties.books_total = 1;
	assert_err(account_erase(&app, &leaving, &origin, &ties), ERR_STATE_CONFLICT);
	assert_int_equal(ties.books_total, 1);
	parts.ties = (struct account_ties){.rooms_total = 1};
	assert_err(account_erase(&app, &leaving, &origin, &ties), ERR_STATE_CONFLICT);
	parts.contexts_say = ERR_UNAVAILABLE;
	assert_err(account_erase(&app, &leaving, &origin, &ties), ERR_UNAVAILABLE);
	assert_ok(accounts.find(accounts.self, id, &account));
	assert_int_equal(fake.n_erasures, 0);
}

static void
an_account_of_the_list_is_deleted_again_and_a_later_one_of_its_number_is_not(void **state)
{
	(void)state;
	struct account account = ana();
	const uint64_t id = account.id;
	const struct audit_actor by = {.role = AUDIT_COMMAND};
	struct erased erased = {
		.kind = ERASED_ACCOUNT, .account_id = id, .created_at = account.created_at - 1};
	assert_err(account_erase_again(&app, &erased, &by), ERR_NOT_FOUND);
	assert_ok(accounts.find(accounts.self, id, &account));
	erased.created_at++;
	parts.ties.books_total = 1; /* it had none when it was deleted */
	assert_ok(account_erase_again(&app, &erased, &by));
	assert_err(accounts.find(accounts.self, id, &account), ERR_NOT_FOUND);
	assert_int_equal(audit_fake_count(&fake.audit, AUDIT_ERASURE), 1);
	assert_int_equal(fake.n_erasures, 1);
	assert_err(account_erase_again(&app, &erased, &by), ERR_NOT_FOUND);
}

static void
what_others_have_of_an_erased_account_is_erased_until_nothing_is_left(void **state)
{
	(void)state;
	bool more;
	struct account account = ana();
	const uint64_t id = account.id;
	const struct audit_entry leaving = account_audit_own(AUDIT_ERASURE, &from_here, id);
	assert_ok(account_erase_due(&app, &more));
	assert_false(more);
	assert_ok(account_erase(&app, &leaving, &origin, &ties));
	assert_int_equal(audit_fake_count(&fake.audit, AUDIT_ERASURE), 1);
	assert_err(accounts.find(accounts.self, id, &account), ERR_NOT_FOUND);

	parts.contexts_say = ERR_UNAVAILABLE; /* it is tried again after a pause */
	assert_err(account_erase_due(&app, &more), ERR_UNAVAILABLE);
	assert_ok(account_erase_due(&app, &more));
	assert_false(more);
	parts.contexts_say = OK;
	parts.rounds = 3;
	now += ACCOUNT_ERASURE_PAUSE_MS;
	assert_ok(account_erase_due(&app, &more));
	assert_int_equal(parts.rounds, 0);
	assert_int_equal(parts.erased_books, id);
	assert_int_equal(parts.erased_recipient, id);

	/* Its access tokens still count, and one of them may have booked. */
	assert_int_equal(fake.erasures[0].erasure.account_id, id);
	now += (TOKEN_ACCESS_LIFE_S + TOKEN_LEEWAY_S) * INT64_C(1000);
	parts.standing = 1;
	assert_ok(account_erase_due(&app, &more));
	assert_int_equal(fake.erasures[0].erasure.account_id, id);
	parts.standing = 0;
	now += ACCOUNT_ERASURE_PAUSE_MS;
	assert_ok(account_erase_due(&app, &more));
	assert_int_equal(fake.erasures[0].erasure.account_id, 0);
	assert_ok(account_erase_due(&app, &more));
	assert_false(more);
}

static void
an_outage_is_told_as_it_is(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	ana();
	fake.fails = ERR_UNAVAILABLE;
	assert_err(sign_in(PASSWORD, "", &refusal, &in), ERR_UNAVAILABLE);
	assert_err(account_refresh(&app, "token-9", &from_here, &in), ERR_UNAVAILABLE);
	assert_err(reset_ask("ana@example.com", ""), ERR_UNAVAILABLE);
	fake.fails = OK;
	parts.fails = ERR_UNAVAILABLE;
	assert_err(sign_in(PASSWORD, "", &refusal, &in), ERR_UNAVAILABLE);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(signing_up_stores_a_hash_and_asks_for_a_mail),
		TEST(an_email_has_one_account),
		TEST(a_refused_password_is_named_and_nothing_is_hashed),
		TEST(whether_hosts_may_sign_up_is_a_setting),
		TEST(signing_in_gives_tokens_of_which_only_hashes_are_stored),
		TEST(an_unknown_email_costs_the_same_work_and_says_the_same),
		TEST(guessing_has_to_wait_and_a_right_password_ends_the_count),
		TEST(who_guesses_from_elsewhere_does_not_keep_the_owner_out),
		TEST(who_guesses_from_many_addresses_of_one_network_waits_like_from_one),
		TEST(a_second_factor_is_asked_for_after_the_password_and_not_before),
		TEST(wrong_one_time_codes_are_counted_like_wrong_passwords),
		TEST(a_right_password_without_a_code_takes_no_wrong_code_back),
		TEST(a_one_time_code_counts_once),
		TEST(a_recovery_code_stands_for_a_lost_device_once),
		TEST(an_operator_gets_the_role_in_a_token_only_with_a_second_factor),
		TEST(a_refresh_token_is_exchanged_and_its_second_use_ends_the_family),
		TEST(a_cookie_counts_until_its_session_ends),
		TEST(signing_out_by_a_refresh_token_ends_its_session_alone),
		TEST(a_password_is_changed_by_the_old_one_and_other_sessions_end),
		TEST(a_stolen_session_cannot_guess_the_password_without_a_wait),
		TEST(a_mail_s_token_verifies_the_email_once),
		TEST(an_access_token_has_the_email_as_soon_as_it_is_verified),
		TEST(a_token_is_too_old_half_an_hour_after_its_mail),
		TEST(a_password_is_reset_by_mail_and_all_sessions_end),
		TEST(a_reset_of_an_unknown_email_is_answered_like_any_other),
		TEST(nobody_has_mails_sent_without_end),
		TEST(a_verified_account_is_not_asked_to_verify_itself),
		TEST(a_mail_that_cannot_be_sent_waits_and_gets_a_new_token),
		TEST(a_mail_that_can_never_be_sent_is_given_up),
		TEST(with_delivery_off_mails_wait),
		TEST(a_second_factor_counts_after_its_first_code),
		TEST(a_second_factor_is_removed_by_password_and_code_but_not_by_an_operator),
		TEST(an_operator_s_account_is_made_with_a_password_and_a_second_factor),
		TEST(a_guest_from_before_accounts_gets_the_account_of_its_number),
		TEST(an_account_is_proven_by_its_password_and_a_code_if_it_has_a_second_factor),
		TEST(an_export_has_every_section_and_says_whether_one_is_longer),
		TEST(an_account_with_bookings_to_come_or_open_rooms_is_kept),
		TEST(an_account_of_the_list_is_deleted_again_and_a_later_one_of_its_number_is_not),
		TEST(what_others_have_of_an_erased_account_is_erased_until_nothing_is_left),
		TEST(an_outage_is_told_as_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The use cases of account, on fakes: passwords, mails, second factors, and the end of an account. */
#include "tests/unit/account_people.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

static enum err
reset_ask(const char *email, const char *address)
{
	struct account_client client = {.address = ""};
	uint32_t wait_ms;
	snprintf(client.address, sizeof(client.address), "%s", address);
	return account_reset_ask(&app, email, &client, &wait_ms);
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
keys_of_one_time_codes_are_sealed_with_the_present_secret(void **state)
{
	(void)state;
	struct otp_keys_sealed sealed;
	struct account account = ana();
	ana_second_factor(account.id);
	struct otp_stored *otp = &fake.accounts[0].secrets.otp;
	assert_string_equal(otp->seal, "sealed-now");
	assert_ok(otp_keys_seal(&app, &sealed));
	assert_int_equal(sealed.n + sealed.lost, 0);
	strcpy(otp->seal, "sealed-before");
	assert_ok(otp_keys_seal(&app, &sealed));
	assert_int_equal(sealed.n, 1);
	assert_string_equal(otp->seal, "sealed-now");
	sealer.seal = "";
	strcpy(otp->seal, "sealed-before");
	assert_ok(otp_keys_seal(&app, &sealed)); /* without a secret there is nothing to do */
	assert_int_equal(sealed.n, 0);
	assert_string_equal(otp->seal, "sealed-before");
}

static void
a_key_that_no_secret_opens_leaves_the_recovery_codes(void **state)
{
	(void)state;
	struct otp_keys_sealed sealed;
	struct sign_in_refusal refusal;
	struct signed_in in;
	struct account_sign_in request = {
		.email = "ana@example.com", .password = PASSWORD, .otp = "123456"};
	struct account account = ana();
	const struct second_factor_setup setup = ana_second_factor(account.id);
	parts.lost_seal = "sealed-lost";
	strcpy(fake.accounts[0].secrets.otp.seal, "sealed-lost");
	assert_ok(otp_keys_seal(&app, &sealed));
	assert_int_equal(sealed.lost, 1);
	assert_err(account_sign_in(&app, &request, &refusal, &in), ERR_UNAUTHORIZED);
	snprintf(request.otp, sizeof(request.otp), "%s", setup.recovery[0]);
	assert_ok(account_sign_in(&app, &request, &refusal, &in));
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
		TEST(keys_of_one_time_codes_are_sealed_with_the_present_secret),
		TEST(a_key_that_no_secret_opens_leaves_the_recovery_codes),
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
	int failed = sign_in_tests();
	failed += cmocka_run_group_tests_name("accounts", tests, NULL, NULL);
	return failed;
}

/* SPDX-License-Identifier: MIT */
/* test_account_email - an account gets another e-mail: what is proved, what is sent, and what is written. */
#include "test.h"

#include "app/account/account.h"
#include "base/mem.h"
#include "tests/fakes/account_fake.h"

#include <stdio.h>
#include <string.h>

#define OLD      "ana@example.com"
#define NEW      "new@example.com"
#define PASSWORD "four plain words here"

static instant_t now;
static struct account_fake fake; /* with the entries of changes */
static struct audit_fake noted;  /* the others */
static struct account_parts_fake parts;
static struct account_store accounts;
static struct session_store sessions;
static struct account_mail_queue mails;
static struct account_mailer mailer;
static struct password_hasher hasher;
static struct password_guesser guesser;
static struct one_time_codes codes;
static struct otp_sealer sealer;
static struct opaque_tokens tokens;
static struct audit audit;
static struct audit_paces paces;
static const struct settings settings = {.url = "https://hotel.example.com",
                                         .smtp_url = "smtp://mail",
                                         .delivery = ON,
                                         .language = LANGUAGE_EN};
static const struct account_client from_here = {
	.address = "192.0.2.1", .from = "192.0.2.1", .request_id = "r-1"};

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
                               .otp_sealer = &sealer,
                               .opaque_tokens = &tokens,
                               .audit = &audit,
                               .audit_paces = &paces};

static int
begin(void **state)
{
	(void)state;
	now = 1800000000000;
	fake = (struct account_fake){.fails = OK};
	noted = (struct audit_fake){.fails = OK};
	parts = (struct account_parts_fake){.step = 100};
	accounts = account_fake_port(&fake);
	sessions = session_fake_port(&fake);
	mails = account_mail_fake_port(&fake);
	mailer = account_mailer_fake(&parts);
	hasher = password_hasher_fake(&parts);
	guesser = password_guesser_fake();
	codes = one_time_codes_fake(&parts);
	sealer = otp_sealer_fake(&parts);
	tokens = opaque_tokens_fake(&parts);
	audit = audit_fake_port(&noted);
	audit_paces_init(&paces);
	return 0;
}

/* An account whose first mail has left. */
static struct account
account_of(const char *email)
{
	struct account_sign_up request = {.role = ROLE_GUEST};
	struct faults faults = {.n = 0};
	struct account account;
	bool replayed, more;
	uint32_t wait_ms;
	snprintf(request.account.email, sizeof(request.account.email), "%s", email);
	snprintf(request.password, sizeof(request.password), "%s", PASSWORD);
	assert_ok(account_sign_up(&app, &request, &faults, &account, &replayed, &wait_ms));
	assert_ok(account_mail_send(&app, &more));
	return account;
}

static enum err
ask(const struct account *account, const char *email, const char *password, const char *otp,
    struct faults *faults)
{
	struct account_proof proof = {.account_id = account->id, .client = from_here};
	char address[EMAIL_SIZE];
	uint32_t wait_ms = 0;
	snprintf(address, sizeof(address), "%s", email);
	snprintf(proof.password, sizeof(proof.password), "%s", password);
	snprintf(proof.otp, sizeof(proof.otp), "%s", otp);
	return account_email_ask(&app, &proof, address, faults, &wait_ms);
}

/* Sends the mail that is due, and checks where it goes. */
static void
mail_goes(enum account_mail_kind kind, const char *to)
{
	bool more;
	assert_ok(account_mail_send(&app, &more));
	assert_int_equal(parts.last_job.kind, kind);
	assert_string_equal(
		*parts.last_job.email ? parts.last_job.email : parts.last_job.account.email, to);
}

static enum err
change(const char *token, struct faults *faults)
{
	return account_email_change(&app, token, 0, &from_here, faults);
}

static void
the_link_in_the_mail_changes_the_email(void **state)
{
	(void)state;
	struct account account = account_of(OLD);
	struct faults faults = {.n = 0};
	char token[OPAQUE_TOKEN_TEXT];
	assert_ok(ask(&account, NEW, PASSWORD, "", &faults));
	mail_goes(ACCOUNT_MAIL_EMAIL, NEW);
	const char *sent = strstr(parts.last_link, "https://hotel.example.com/email.html?token=");
	assert_non_null(sent);
	snprintf(token, sizeof(token), "%s", strchr(sent, '=') + 1);
	mail_goes(ACCOUNT_MAIL_NOTICE, OLD);
	assert_string_equal(parts.last_link, "https://hotel.example.com/reset.html");
	assert_ok(change(token, &faults));
	assert_ok(accounts.find(accounts.self, account.id, &account));
	assert_string_equal(account.email, NEW);
	assert_true(account.verified);
	assert_err(change(token, &faults), ERR_INVALID);
	assert_string_equal(faults.list[0].code, "link.unknown");
}

static struct otp_stored
sealed_key(uint64_t account_id)
{
	static const unsigned char key[OTP_KEY_BYTES] = "12345678901234567890";
	struct otp_stored otp;
	sealer.seal_key(sealer.self, account_id, key, &otp);
	return otp;
}

static void
the_password_is_asked_for_and_so_is_a_code_where_there_is_a_second_factor(void **state)
{
	(void)state;
	const struct account account = account_of(OLD);
	const struct second_factor_offer offer = {
		.account_id = account.id, .otp = sealed_key(account.id), .now = now};
	struct faults faults = {.n = 0};
	assert_err(ask(&account, NEW, "wrong words", "", &faults), ERR_INVALID);
	assert_string_equal(faults.list[0].pointer, "/password");
	assert_int_equal(audit_fake_last(&noted, AUDIT_EMAIL_ASK)->outcome, AUDIT_REFUSED);
	assert_ok(accounts.second_factor_offer(accounts.self, &offer));
	assert_ok(accounts.second_factor_confirm(accounts.self, account.id, 1, 0, now, NULL));
	faults.n = 0;
	assert_err(ask(&account, NEW, PASSWORD, "", &faults), ERR_INVALID);
	assert_string_equal(faults.list[0].pointer, "/otp");
	assert_ok(ask(&account, NEW, PASSWORD, "123456", &faults));
}

static void
the_present_email_is_no_other_one(void **state)
{
	(void)state;
	const struct account account = account_of(OLD);
	struct faults faults = {.n = 0};
	assert_err(ask(&account, OLD, PASSWORD, "", &faults), ERR_INVALID);
	assert_string_equal(faults.list[0].code, "email.same");
}

static void
that_an_address_has_an_account_is_told_to_its_owner_alone(void **state)
{
	(void)state;
	const struct account account = account_of(OLD);
	account_of(NEW);
	struct faults faults = {.n = 0};
	assert_ok(ask(&account, NEW, PASSWORD, "", &faults));
	mail_goes(ACCOUNT_MAIL_NOTICE, OLD);
	mail_goes(ACCOUNT_MAIL_TAKEN, NEW);
	assert_null(strstr(parts.last_link, "token"));
	assert_err(ask(&account, "free@example.com", PASSWORD, "", &faults), ERR_TOO_MANY);
}

static void
a_mail_of_a_change_that_was_withdrawn_is_never_sent(void **state)
{
	(void)state;
	const struct account account = account_of(OLD);
	const struct password_change password = {
		.account_id = account.id, .password = "hash of another", .now = now};
	struct faults faults = {.n = 0};
	bool more;
	assert_ok(ask(&account, NEW, PASSWORD, "", &faults));
	assert_ok(accounts.password_set(accounts.self, &password));
	const unsigned before = parts.n_mails;
	assert_ok(account_mail_send(&app, &more));
	assert_true(more);
	assert_int_equal(parts.n_mails, before);
	mail_goes(ACCOUNT_MAIL_NOTICE, OLD);
}

static void
what_is_asked_done_and_refused_is_written_without_an_address(void **state)
{
	(void)state;
	const struct account account = account_of(OLD);
	struct faults faults = {.n = 0};
	assert_ok(ask(&account, NEW, PASSWORD, "", &faults));
	assert_int_equal(audit_fake_last(&fake.audit, AUDIT_EMAIL_ASK)->subject_id, account.id);
	mail_goes(ACCOUNT_MAIL_EMAIL, NEW);
	assert_err(change("made-up", &faults), ERR_INVALID);
	assert_int_equal(audit_fake_last(&noted, AUDIT_EMAIL)->by.role, AUDIT_NOBODY);
	assert_ok(change(strchr(parts.last_link, '=') + 1, &faults));
	assert_int_equal(audit_fake_last(&fake.audit, AUDIT_EMAIL)->by.id, account.id);
	for (size_t i = 0; i < fake.audit.n; i++) {
		const struct audit_entry *entry = &fake.audit.entries[i].entry;
		assert_null(strstr(entry->detail, "@"));
		assert_string_equal(entry->email, "");
	}
}

static void
a_new_email_is_verified(void **state)
{
	(void)state;
	struct account account = {.email = OLD};
	account_set_email(&account, (char[EMAIL_SIZE]){NEW});
	assert_string_equal(account.email, NEW);
	assert_true(account.verified);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_link_in_the_mail_changes_the_email),
		TEST(the_password_is_asked_for_and_so_is_a_code_where_there_is_a_second_factor),
		TEST(the_present_email_is_no_other_one),
		TEST(that_an_address_has_an_account_is_told_to_its_owner_alone),
		TEST(a_mail_of_a_change_that_was_withdrawn_is_never_sent),
		TEST(what_is_asked_done_and_refused_is_written_without_an_address),
		TEST(a_new_email_is_verified),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

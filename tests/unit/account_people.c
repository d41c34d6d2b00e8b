/* SPDX-License-Identifier: MIT */
/* account_people - the context account on fakes, and Ana. */
#include "tests/unit/account_people.h"

#include "base/mem.h"

#include <stdio.h>

instant_t now;
struct account_fake fake;
struct account_parts_fake parts;
struct token_fake token_fake;
struct settings settings;
struct account_store accounts;
static struct session_store sessions;
static struct account_mail_queue mails;
static struct password_hasher hasher;
static struct password_guesser guesser;
static struct one_time_codes codes;
struct otp_sealer sealer;
static struct opaque_tokens tokens;
static struct account_mailer mailer;
static struct token_issuer issuer;
struct audit_fake audited;
static struct audit audit;
static struct audit_paces paces;
const struct account_client from_here = {
	.address = "192.0.2.1", .from = "192.0.2.1", .request_id = "r-1"};
const struct audit_actor operator= {.role = AUDIT_COMMAND, .name = "lee"};
static struct account_contexts contexts;

static instant_t
clock_now(void)
{
	return now;
}

const struct app app = {.settings = &settings,
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
                        .token_issuer = &issuer,
                        .audit = &audit,
                        .audit_paces = &paces,
                        .account_contexts = &contexts};

int
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
	sealer = otp_sealer_fake(&parts);
	tokens = opaque_tokens_fake(&parts);
	mailer = account_mailer_fake(&parts);
	issuer = token_fake_issuer(&token_fake);
	audited = (struct audit_fake){.fails = OK};
	audit = audit_fake_port(&audited);
	audit_paces_init(&paces);
	contexts = account_contexts_fake(&parts);
	return 0;
}

enum err
sign_up(enum role role, const char *password, struct faults *faults, struct account *ret_account)
{
	struct account_sign_up request = {.account = {.email = "ana@example.com", .name = "Ana"},
	                                  .role = role};
	bool replayed;
	uint32_t wait_ms;
	snprintf(request.password, sizeof(request.password), "%s", password);
	return account_sign_up(&app, &request, faults, ret_account, &replayed, &wait_ms);
}

struct account
ana(void)
{
	struct account account;
	struct faults faults = {.n = 0};
	assert_ok(sign_up(ROLE_GUEST, PASSWORD, &faults, &account));
	return account;
}

enum err
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

struct signed_in
ana_in(void)
{
	struct sign_in_refusal refusal;
	struct signed_in in;
	assert_ok(sign_in(PASSWORD, "", &refusal, &in));
	return in;
}

struct account_proof
proof_of(uint64_t account_id, const char *password, const char *otp)
{
	struct account_proof proof = {.account_id = account_id};
	snprintf(proof.password, sizeof(proof.password), "%s", password);
	snprintf(proof.otp, sizeof(proof.otp), "%s", otp);
	return proof;
}

struct second_factor_setup
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

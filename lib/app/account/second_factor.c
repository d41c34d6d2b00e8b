/* SPDX-License-Identifier: MIT */
/* second_factor - sets up, checks and removes the second factor of an account. */
#include "app/account/account_audit.h"

#include <string.h>

/* ---- checking ---- */

/* ERR_UNAUTHORIZED: it is wrong, or nothing opens the key that it would have to be of. */
static enum err
otp_check(const struct app *app, uint64_t account_id, const struct account_secrets *secrets,
          const char *code, uint64_t *ret_step)
{
	unsigned char key[OTP_KEY_BYTES];
	enum err err =
		app->otp_sealer->open_key(app->otp_sealer->self, account_id, &secrets->otp, key);
	if (err != OK)
		return err == ERR_NOT_FOUND ? ERR_UNAUTHORIZED : err;
	return app->one_time_codes->check(app->one_time_codes->self, key, code, app->now(),
	                                  ret_step);
}

static enum err
otp_use(const struct app *app, uint64_t account_id, const struct account_secrets *secrets,
        const char *code)
{
	uint64_t step;
	enum err err = otp_check(app, account_id, secrets, code, &step);
	return err == OK ? app->accounts->otp_use(app->accounts->self, account_id, step) : err;
}

static enum err
recovery_use(const struct app *app, uint64_t account_id, const char *code)
{
	char hash[SECRET_HASH_TEXT];
	app->opaque_tokens->hash(app->opaque_tokens->self, code, hash);
	return app->accounts->recovery_use(app->accounts->self, account_id, hash);
}

enum err
second_factor_check(const struct app *app, const struct account *account,
                    const struct account_secrets *secrets, const char *code)
{
	char tidy[SECOND_FACTOR_CODE_TEXT];
	memcpy(tidy, code, sizeof(tidy));
	second_factor_code_tidy(tidy);
	enum err err = otp_code_is_formed(tidy) ? otp_use(app, account->id, secrets, tidy)
	                                        : recovery_use(app, account->id, tidy);
	return err == ERR_NOT_FOUND ? ERR_UNAUTHORIZED : err;
}

/* ---- proving ---- */

/* An account whose owner proves to be it. */
struct proven {
	struct account account;
	struct account_secrets secrets;
	struct account_try try;
};

static enum err
proof_begin(const struct app *app, const struct account_proof *proof, struct proven *proven,
            uint32_t *ret_wait_ms)
{
	enum err err = app->accounts->find_with_secrets(app->accounts->self, proof->account_id,
	                                                &proven->account, &proven->secrets);
	if (err != OK)
		return err;
	return account_try_begin(app, proven->account.email, &proof->client, &proven->try,
	                         ret_wait_ms);
}

static enum err
password_prove(const struct app *app, const struct account_proof *proof,
               const struct proven *proven, struct faults *faults)
{
	enum err err = app->password_hasher->verify(app->password_hasher->self, proof->password,
	                                            proven->secrets.password);
	if (err != ERR_UNAUTHORIZED)
		return err;
	faults_add(faults, "/password", "password.wrong", "this is not the present password");
	return ERR_INVALID;
}

static enum err
code_refuse(enum err err, struct faults *faults)
{
	if (err != ERR_UNAUTHORIZED)
		return err;
	faults_add(faults, "/otp", "otp.wrong",
	           "this code is wrong, or was used before; wait for the next one");
	return ERR_INVALID;
}

/* Passes on how a proof ended; a refusal is written into the audit. */
static enum err
proof_end(const struct app *app, enum audit_what what, const struct account_proof *proof,
          enum err err)
{
	account_audit_refusal(app, err, account_audit_own(what, &proof->client, proof->account_id));
	return err;
}

enum err
account_prove(const struct app *app, enum audit_what what, const struct account_proof *proof,
              struct faults *faults, uint32_t *ret_wait_ms)
{
	struct proven proven;
	enum err err = proof_begin(app, proof, &proven, ret_wait_ms);
	if (err == OK)
		err = password_prove(app, proof, &proven, faults);
	if (err == OK && proven.account.second_factor)
		err = code_refuse(
			second_factor_check(app, &proven.account, &proven.secrets, proof->otp),
			faults);
	if (err == OK)
		account_try_succeed(app, &proven.try);
	return proof_end(app, what, proof, err);
}

/* ---- setting up ---- */

static void
setup_make(const struct app *app, struct second_factor_offer *offer,
           struct second_factor_setup *setup)
{
	const struct opaque_tokens *tokens = app->opaque_tokens;
	unsigned char key[OTP_KEY_BYTES], bytes[RECOVERY_BYTES];
	tokens->random(tokens->self, key, sizeof(key));
	otp_key_write(key, setup->key);
	app->otp_sealer->seal_key(app->otp_sealer->self, offer->account_id, key, &offer->otp);
	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		char tidy[RECOVERY_TEXT];
		tokens->random(tokens->self, bytes, sizeof(bytes));
		memcpy(tidy, recovery_code_write(bytes, setup->recovery[i]), sizeof(tidy));
		second_factor_code_tidy(tidy);
		tokens->hash(tokens->self, tidy, offer->recovery[i]);
	}
}

enum err
second_factor_set_up(const struct app *app, const struct account_proof *proof,
                     struct faults *faults, uint32_t *ret_wait_ms,
                     struct second_factor_setup *ret_setup)
{
	struct proven proven;
	struct second_factor_offer offer = {.account_id = proof->account_id, .now = app->now()};
	struct second_factor_setup setup;
	enum err err = proof_begin(app, proof, &proven, ret_wait_ms);
	if (err == OK)
		err = password_prove(app, proof, &proven, faults);
	if (err != OK)
		return proof_end(app, AUDIT_FACTOR_ON, proof, err);
	account_try_succeed(app, &proven.try);
	setup_make(app, &offer, &setup);
	err = app->accounts->second_factor_offer(app->accounts->self, &offer);
	if (err == OK)
		*ret_setup = setup;
	return err;
}

enum err
second_factor_give(const struct app *app, uint64_t account_id, const struct audit_actor *by,
                   struct second_factor_setup *ret_setup)
{
	const struct audit_entry on = account_audit_command(AUDIT_FACTOR_ON, by, account_id);
	struct second_factor_offer offer = {.account_id = account_id, .now = app->now()};
	struct second_factor_setup setup;
	setup_make(app, &offer, &setup);
	enum err err = app->accounts->second_factor_offer(app->accounts->self, &offer);
	if (err == OK)
		err = app->accounts->second_factor_confirm(app->accounts->self, account_id, 0, 0,
		                                           app->now(), &on);
	if (err == OK)
		*ret_setup = setup;
	return err;
}

enum err
second_factor_confirm(const struct app *app, const struct account_proof *proof,
                      struct faults *faults, uint32_t *ret_wait_ms)
{
	const struct audit_entry on =
		account_audit_own(AUDIT_FACTOR_ON, &proof->client, proof->account_id);
	struct proven proven;
	char tidy[SECOND_FACTOR_CODE_TEXT];
	uint64_t step;
	memcpy(tidy, proof->otp, sizeof(tidy));
	second_factor_code_tidy(tidy);
	enum err err = proof_begin(app, proof, &proven, ret_wait_ms);
	if (err == OK && !*proven.secrets.otp.seal)
		err = ERR_STATE_CONFLICT;
	if (err == OK)
		err = code_refuse(otp_check(app, proof->account_id, &proven.secrets, tidy, &step),
		                  faults);
	if (err != OK)
		return proof_end(app, AUDIT_FACTOR_ON, proof, err);
	account_try_succeed(app, &proven.try);
	return app->accounts->second_factor_confirm(app->accounts->self, proof->account_id, step,
	                                            proof->session_id, app->now(), &on);
}

enum err
second_factor_remove(const struct app *app, const struct account_proof *proof,
                     struct faults *faults, uint32_t *ret_wait_ms)
{
	const struct audit_entry off =
		account_audit_own(AUDIT_FACTOR_OFF, &proof->client, proof->account_id);
	struct proven proven;
	enum err err = proof_begin(app, proof, &proven, ret_wait_ms);
	if (err == OK && proven.account.is_operator)
		err = ERR_FORBIDDEN;
	if (err == OK && !proven.account.second_factor)
		err = ERR_STATE_CONFLICT;
	if (err == OK)
		err = password_prove(app, proof, &proven, faults);
	if (err == OK)
		err = code_refuse(
			second_factor_check(app, &proven.account, &proven.secrets, proof->otp),
			faults);
	if (err != OK)
		return proof_end(app, AUDIT_FACTOR_OFF, proof, err);
	account_try_succeed(app, &proven.try);
	return app->accounts->second_factor_remove(app->accounts->self, proof->account_id,
	                                           proof->session_id, app->now(), &off);
}

/* SPDX-License-Identifier: MIT */
/*
 * POST /accounts/me/second-factor - the owner sets up one-time codes. They count once a first code was
 * given; the key and the recovery codes are shown now and never again.
 *
 *	201  {secret, uri, recoveryCodes}
 *	401  nobody is signed in        409  there is a second factor
 *	422  invalid body, or the password is wrong
 *	429  too many tries have failed
 */
#include "adapters/json/json.h"
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <stdio.h>

#define URI_SIZE 512

static const struct field body[] = {FIELD(account_proof, password, SECRET, "password", REQUIRED),
                                    FIELD_END};

/* As apps for one-time codes read it from a QR code. An e-mail that is valid needs no escape here but %. */
static enum err
uri_write(const char *email, const char *key, char uri[URI_SIZE])
{
	size_t len = (size_t)snprintf(uri, URI_SIZE, "otpauth://totp/MyHotel:");
	for (; *email && len < URI_SIZE - 128; email++) {
		const bool plain = (*email >= 'a' && *email <= 'z') ||
		                   (*email >= 'A' && *email <= 'Z') ||
		                   (*email >= '0' && *email <= '9');
		len += (size_t)snprintf(uri + len, 4, plain ? "%c" : "%%%02X",
		                        (unsigned char)*email);
	}
	const int n = snprintf(uri + len, URI_SIZE - len, "?secret=%s&issuer=MyHotel", key);
	return *email || n < 0 || (size_t)n >= URI_SIZE - len ? ERR_BUG_HERE() : OK;
}

static enum err
setup_response(const struct account *account, const struct second_factor_setup *setup,
               struct response *res)
{
	char uri[URI_SIZE];
	enum err err = uri_write(account->email, setup->key, uri);
	if (err != OK)
		return err;
	struct json_object *item = json_new_object(), *codes = json_new_array();
	for (size_t i = 0; i < RECOVERY_CODES; i++)
		json_append(&codes, json_object_new_string(setup->recovery[i]));
	json_put_text(&item, "secret", setup->key);
	json_put_text(&item, "uri", uri);
	json_put_value(&item, "recoveryCodes", codes);
	response_created(res, "/accounts/me");
	return response_body(res, item);
}

enum err
second_factor_create(const struct app *app, const struct request *req, struct response *res)
{
	struct account_caller caller;
	struct account_proof proof = {.account_id = 0};
	struct second_factor_setup setup;
	struct account account;
	uint32_t wait_ms = 0;
	enum err err = account_caller_read(app, req, res, &caller);
	if (err == OK)
		err = request_fields(req, body, &proof, res);
	if (err != OK)
		return err;
	proof.account_id = caller.account_id;
	account_client_read(req, &proof.client);
	err = second_factor_set_up(app, &proof, &res->faults, &wait_ms, &setup);
	if (err == OK)
		err = app->accounts->find(app->accounts->self, caller.account_id, &account);
	if (err == ERR_STATE_CONFLICT)
		response_detail(res, "This account has a second factor. Remove it first.");
	return err == OK ? setup_response(&account, &setup, res)
	                 : account_wait_tell(res, err, wait_ms);
}

/* SPDX-License-Identifier: MIT */
/*
 * POST /tokens - signs in (grant_type=password), exchanges a refresh token (grant_type=refresh_token), or a
 * token of the external issuer (external_token.h).
 * The answer is that of RFC 6749, 5.1; browsers also get the session as a cookie, and their form leads on to
 * the page of the field `return` (return_path.h).
 *
 *	200  the tokens
 *	401  e-mail or password are wrong, a one-time code is needed or wrong, or the refresh token does
 *	     not count; the member `error` says which, in the words of RFC 6749, 5.2
 *	422  invalid body
 *	429  too many tries have failed
 *	503  too many passwords are being hashed, or the external issuer cannot be asked
 */
#include "adapters/json/json.h"
#include "fcgi/account/account_caller.h"
#include "fcgi/account/external_token.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <json-c/json.h>
#include <string.h>

enum grant { GRANT_PASSWORD, GRANT_REFRESH, GRANT_EXCHANGE };
static const char *const grants[] = {[GRANT_PASSWORD] = "password",
                                     [GRANT_REFRESH] = "refresh_token",
                                     [GRANT_EXCHANGE] =
                                             "urn:ietf:params:oauth:grant-type:token-exchange",
                                     NULL};

struct grant_input {
	unsigned grant;
};

struct refresh_input {
	char token[OPAQUE_TOKEN_TEXT];
};

static const struct field grant_field[] = {
	FIELD(grant_input, grant, CHOICE, "grant_type", REQUIRED, .choices = grants), FIELD_END};
static const struct field refresh_field[] = {
	FIELD(refresh_input, token, SECRET, "refresh_token", REQUIRED), FIELD_END};
static const struct field password_fields[] = {
	FIELD(account_sign_in, email, EMAIL, "email", REQUIRED),
	FIELD(account_sign_in, password, SECRET, "password", REQUIRED),
	FIELD(account_sign_in, otp, SECRET, "otp", OPTIONAL), FIELD_END};

static enum err
refuse(struct response *res, const char *error, const char *detail)
{
	response_extra(res, "error", json_object_new_string(error));
	response_detail(res, "%s", detail);
	return ERR_UNAUTHORIZED;
}

static enum err
by_password(const struct app *app, const struct request *req, struct response *res,
            struct signed_in *in)
{
	struct account_sign_in request = {.email = ""};
	struct sign_in_refusal refusal = {.wait_ms = 0};
	enum err err = request_fields(req, password_fields, &request, res);
	if (err != OK)
		return err;
	account_client_read(req, &request.client);
	err = account_sign_in(app, &request, &refusal, in);
	if (err == ERR_UNAUTHORIZED && refusal.otp_needed)
		return refuse(res, "mfa_required",
		              "This account has a second factor. Send its code as otp.");
	if (err == ERR_UNAUTHORIZED)
		return refuse(res, "invalid_grant", "E-mail, password or code are wrong.");
	if (err == OK)
		session_cookie_set(req, res, in->cookie);
	return account_wait_tell(res, err, refusal.wait_ms);
}

static enum err
by_refresh(const struct app *app, const struct request *req, struct response *res,
           struct signed_in *in)
{
	struct refresh_input input = {.token = ""};
	struct account_client client;
	enum err err = request_fields(req, refresh_field, &input, res);
	account_client_read(req, &client);
	if (err == OK)
		err = account_refresh(app, input.token, &client, in);
	if (err == ERR_UNAUTHORIZED)
		return refuse(
			res, "invalid_grant",
			"The refresh token was used before, or its session has ended. Sign in "
			"again.");
	return err;
}

static enum err
tokens_response(const struct signed_in *in, struct response *res)
{
	struct json_object *body = json_new_object();
	json_put_text(&body, "access_token", in->access_token);
	json_put_text(&body, "token_type", "Bearer");
	json_put_u64(&body, "expires_in", in->expires_in_s);
	json_put_text(&body, "refresh_token", in->refresh_token);
	return response_body(res, body);
}

/* A form leads back to the page that it asks for, if that is one of ours. */
static void
return_path_take(const struct request *req, struct response *res)
{
	struct json_object *value = NULL;
	if (json_object_object_get_ex(req->body, RETURN_FIELD, &value) &&
	    json_object_is_type(value, json_type_string))
		(void)return_path_read(json_object_get_string(value), res->return_path);
}

enum err
token_create(const struct app *app, const struct request *req, struct response *res)
{
	struct grant_input input = {.grant = GRANT_PASSWORD};
	struct signed_in in;
	return_path_take(req, res);
	enum err err = request_fields(req, grant_field, &input, res);
	if (err == OK && input.grant == GRANT_EXCHANGE)
		return token_exchange(app, req, res);
	if (err == OK)
		err = input.grant == GRANT_REFRESH ? by_refresh(app, req, res, &in)
		                                   : by_password(app, req, res, &in);
	return err == OK ? tokens_response(&in, res) : err;
}

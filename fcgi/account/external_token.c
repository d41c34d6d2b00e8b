/* SPDX-License-Identifier: MIT */
#include "fcgi/account/external_token.h"

#include "adapters/json/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "fcgi/account/account_caller.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <json-c/json.h>

#define TYPE "urn:ietf:params:oauth:token-type:"

struct token_input {
	char token[ID_TOKEN_SIZE];
	unsigned type, wanted;
};

/* RFC 8693, 3: all of them are JWTs here. */
static const char *const types[] = {TYPE "access_token", TYPE "jwt", TYPE "id_token", NULL};
static const char *const wanted[] = {TYPE "access_token", TYPE "jwt", NULL};

static const struct field fields[] = {
	FIELD(token_input, token, SECRET, "subject_token", REQUIRED, .min = 1),
	FIELD(token_input, type, CHOICE, "subject_token_type", REQUIRED, .choices = types),
	FIELD(token_input, wanted, CHOICE, "requested_token_type", OPTIONAL, .choices = wanted),
	FIELD_END};

enum err
external_token_tell(const struct request *req, struct response *res, enum err err, const char *why)
{
	if (err != ERR_UNAUTHORIZED && err != ERR_UNAVAILABLE)
		return err;
	LOG(LOG_WARN, "token-of-elsewhere", LOG_TEXT("why", why ? why : "?"),
	    LOG_TEXT("request_id", req->origin.request_id));
	if (err == ERR_UNAUTHORIZED)
		response_extra(res, "error", json_object_new_string("invalid_grant"));
	response_detail(res,
	                err == ERR_UNAUTHORIZED ? "The token does not count: %s."
	                                        : "The token cannot be checked now: %s.",
	                why ? why : "the issuer does not answer");
	return err;
}

static enum err
exchanged_response(const struct access_token *token, unsigned type, struct response *res)
{
	struct json_object *body = json_new_object();
	json_put_text(&body, "access_token", token->text);
	json_put_text(&body, "issued_token_type", wanted[type]);
	json_put_text(&body, "token_type", "Bearer");
	json_put_u64(&body, "expires_in", token->expires_in_s);
	return response_body(res, body);
}

enum err
token_exchange(const struct app *app, const struct request *req, struct response *res)
{
	CLEANUP(free_p) struct token_input *input = calloc(1, sizeof(*input));
	struct account_client client;
	struct access_token token;
	const char *why = NULL;
	if (!input)
		return ERR_MEMORY;
	if (!account_exchange_is_offered(app)) {
		faults_add(&res->faults, "/grant_type", "choice",
		           "No token of others counts here. An operator sets HOTEL_OIDC_AUDIENCE "
		           "to offer it.");
		return ERR_INVALID;
	}
	enum err err = request_fields(req, fields, input, res);
	if (err != OK)
		return err;
	account_client_read(req, &client);
	err = account_exchange(app, input->token, &client, &token, &why);
	if (err != OK)
		return external_token_tell(req, res, err, why);
	return exchanged_response(&token, input->wanted, res);
}

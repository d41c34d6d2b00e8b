/* SPDX-License-Identifier: MIT */
/*
 * GET /accounts/oidc/callback - a browser comes back from the OpenID provider (OpenID Connect Core 3.1.2.5).
 *
 *	303  to the account, with the cookie of a session; or to a page that says why not
 */
#include "base/mem.h"
#include "fcgi/account/account_caller.h"
#include "fcgi/account/external_response.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static const struct field query[] = {FIELD(external_answer, state, SECRET, "state", OPTIONAL),
                                     FIELD(external_answer, code, SECRET, "code", OPTIONAL),
                                     FIELD(external_answer, error, SECRET, "error", OPTIONAL),
                                     FIELD(external_answer, issuer, SECRET, "iss", OPTIONAL),
                                     FIELD_END};

/* What is too long fits no attempt. */
static bool
answer_read(const struct request *req, struct response *res, struct external_answer *answer)
{
	account_client_read(req, &answer->client);
	if (!attempt_cookie_find(req, answer->attempt))
		answer->attempt[0] = '\0';
	if (!session_cookie_find(req, answer->session))
		answer->session[0] = '\0';
	const bool is_read = request_query(req, query, answer, res) == OK;
	res->faults.n = 0;
	return is_read;
}

enum err
external_callback(const struct app *app, const struct request *req, struct response *res)
{
	CLEANUP(free_p) struct external_answer *answer = calloc(1, sizeof(*answer));
	struct external_outcome outcome = {.result = EXTERNAL_NONE};
	if (!answer)
		return ERR_MEMORY;
	const bool is_read = answer_read(req, res, answer);
	enum err err = OK;
	if (app->oidc_provider && is_read)
		err = external_finish(app, answer, &outcome);
	else if (app->oidc_provider)
		outcome.result = EXTERNAL_STALE;
	if (*answer->attempt)
		attempt_cookie_set(req, res, "");
	if (err != OK)
		return external_problem_tell(res, err, *answer->attempt == 'l');
	if (*outcome.cookie)
		session_cookie_set(req, res, outcome.cookie);
	external_result_tell(req, res, outcome.result, outcome.links, outcome.why);
	return OK;
}

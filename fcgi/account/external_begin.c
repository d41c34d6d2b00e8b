/* SPDX-License-Identifier: MIT */
/*
 * GET /accounts/oidc - a browser goes to the OpenID provider, to sign in there; with link=true to link who it
 * is there to the account that is signed in, after POST /accounts/me/identities.
 *
 *	303  to the provider, with a cookie that only this attempt fits; or to a page that says why not
 */
#include "fcgi/account/account_caller.h"
#include "fcgi/account/external_response.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

struct begin_input {
	bool link;
};

static const struct field query[] = {FIELD(begin_input, link, BOOL, "link", OPTIONAL), FIELD_END};

/* The attempt of the cookie where it is to link: only our own page makes one. */
static void
attempt_find(const struct app *app, const struct request *req, bool link,
             char ret_attempt[OIDC_ATTEMPT_TEXT])
{
	if (!link)
		external_attempt_make(app, false, ret_attempt);
	else if (!attempt_cookie_find(req, ret_attempt) || *ret_attempt != 'l')
		ret_attempt[0] = '\0';
}

enum err
external_begin(const struct app *app, const struct request *req, struct response *res)
{
	struct begin_input input = {.link = false};
	char attempt[OIDC_ATTEMPT_TEXT], session[OPAQUE_TOKEN_TEXT] = "", url[OIDC_URL_SIZE];
	const char *why = NULL;
	enum err err = request_query(req, query, &input, res);
	if (err != OK)
		return external_problem_tell(res, err, input.link);
	if (!app->oidc_provider) {
		external_result_tell(req, res, EXTERNAL_NONE, input.link, NULL);
		return OK;
	}
	if (!session_cookie_find(req, session))
		session[0] = '\0';
	attempt_find(app, req, input.link, attempt);
	err = external_url(app, attempt, session, req->language, url, &why);
	if (err == ERR_MALFORMED)
		external_result_tell(req, res, EXTERNAL_STALE, input.link, NULL);
	else if (err == ERR_UNAVAILABLE)
		external_result_tell(req, res, EXTERNAL_AWAY, input.link, why);
	else if (err != OK)
		return external_problem_tell(res, err, input.link);
	if (err != OK)
		return OK;
	attempt_cookie_set(req, res, attempt);
	response_see_other(res, url);
	return OK;
}

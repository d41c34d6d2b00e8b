/* SPDX-License-Identifier: MIT */
#include "fcgi/account/external_response.h"

#include "base/log.h"
#include "fcgi/problem.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <stdio.h>
#include <string.h>

static const char *
page_of(bool links)
{
	return links ? "/account.html" : "/signin.html";
}

void
external_result_tell(const struct request *req, struct response *res, enum external_result result,
                     bool links, const char *why)
{
	char url[64];
	if (why)
		LOG(LOG_WARN, "sign-in-elsewhere", LOG_TEXT("result", external_result_name(result)),
		    LOG_TEXT("why", why), LOG_TEXT("request_id", req->origin.request_id));
	if (result == EXTERNAL_SIGNED_IN || result == EXTERNAL_LINKED)
		snprintf(url, sizeof(url), "/account.html?status=%s",
		         result == EXTERNAL_LINKED ? "Linked" : "SignedIn");
	else
		snprintf(url, sizeof(url), "%s?external=%s", page_of(links),
		         external_result_name(result));
	response_see_other(res, url);
}

enum err
external_problem_tell(struct response *res, enum err err, bool links)
{
	char url[64];
	snprintf(url, sizeof(url), "%s?problem=%s", page_of(links), problem_of(err).slug);
	res->faults.n = 0;
	response_see_other(res, url);
	return OK;
}

const char *
external_name(const struct app *app, char text[EXTERNAL_NAME_SIZE])
{
	const char *host = strstr(app->settings->oidc_issuer, "://");
	host = host ? host + 3 : "";
	if (*app->settings->oidc_name)
		return app->settings->oidc_name;
	snprintf(text, EXTERNAL_NAME_SIZE, "%.*s", (int)strcspn(host, ":/"), host);
	return text;
}

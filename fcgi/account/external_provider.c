/* SPDX-License-Identifier: MIT */
/*
 * GET /accounts/oidc/provider - where people may sign in as well, for the page that offers it.
 *
 *	200  {name, issuer}             404  nowhere
 */
#include "adapters/json/json.h"
#include "fcgi/account/external_response.h"
#include "fcgi/account/handlers.h"
#include "fcgi/hal.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
external_provider(const struct app *app, const struct request *req, struct response *res)
{
	char text[EXTERNAL_NAME_SIZE];
	(void)req;
	if (!app->oidc_provider) {
		response_detail(res,
		                "People sign in with e-mail and password only here. An operator "
		                "sets HOTEL_OIDC_ISSUER to offer more.");
		return ERR_NOT_FOUND;
	}
	struct json_object *body = json_new_object();
	json_put_text(&body, "name", external_name(app, text));
	json_put_text(&body, "issuer", app->settings->oidc_issuer);
	hal_link(&body, "self", "/accounts/oidc/provider");
	hal_link(&body, "begin", "/accounts/oidc");
	return response_body(res, body);
}

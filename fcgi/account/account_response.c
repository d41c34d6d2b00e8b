/* SPDX-License-Identifier: MIT */
#include "fcgi/account/account_response.h"

#include "adapters/json/view.h"
#include "fcgi/hal.h"
#include "fcgi/response.h"

enum err
account_response(const struct account *account, struct response *res)
{
	struct json_object *item;
	enum err err = account_view(account, &item);
	if (err != OK)
		return err;
	hal_link(&item, "self", "/accounts/me");
	hal_link(&item, "sessions", "/accounts/me/sessions");
	if (!account->verified)
		hal_link(&item, "verification", "/accounts/me/verification");
	if (!account->second_factor)
		hal_link(&item, "second-factor", "/accounts/me/second-factor");
	response_etag(res, account->version);
	return response_body(res, item);
}

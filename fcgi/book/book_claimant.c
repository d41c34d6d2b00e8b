/* SPDX-License-Identifier: MIT */
#include "fcgi/book/book_claimant.h"

#include "fcgi/request.h"
#include "fcgi/response.h"

#include <string.h>

_Static_assert(TOKEN_EMAIL_SIZE == EMAIL_SIZE, "the token's e-mail is compared with the contact's");

enum err
claimant_read(const struct request *req, struct claimant *ret_claimant, struct response *res)
{
	const struct credentials *credentials = &req->credentials;
	*ret_claimant = (struct claimant){.account_id = 0};
	if (!credentials->caller.proven || !credentials->caller.id) {
		response_detail(res, "Only an account takes over bookings. Sign in to yours.");
		return ERR_UNAUTHORIZED;
	}
	ret_claimant->account_id = credentials->caller.id;
	memcpy(ret_claimant->email, credentials->email, sizeof(ret_claimant->email));
	return OK;
}

void
claim_explain(enum err err, struct response *res)
{
	if (err == ERR_FORBIDDEN)
		response_detail(res, "The e-mail address of your account is not verified, or was "
		                     "not yet when this access token was issued. Open the link in "
		                     "the mail that you got (POST /accounts/me/verification sends "
		                     "another), then get a new access token.");
}

/* SPDX-License-Identifier: MIT */
/*
 * handlers - the handlers of fcgi-account; each file has the name of its handler.
 */
#ifndef FCGI_ACCOUNT_HANDLERS_H
#define FCGI_ACCOUNT_HANDLERS_H

#include "fcgi/router.h"

handler_fn account_create, account_delete, account_export_read, account_read, account_update,
	email_create, email_finish, external_begin, external_callback, external_provider,
	identity_create, identity_delete, identity_list, password_update, reset_create,
	reset_finish, second_factor_confirm_create, second_factor_create, second_factor_delete,
	session_delete, session_delete_others, session_list, session_token, token_create,
	token_delete, verification_create, verification_finish;

#endif

/* SPDX-License-Identifier: MIT */
/* fcgi-account - accounts, and who is signed in. */
#include "base/mem.h"
#include "composition/accounts.h"
#include "composition/clients.h"
#include "composition/composition.h"
#include "composition/tokens.h"
#include "fcgi/account/handlers.h"
#include "fcgi/service.h"

#define ME     "/accounts/me"
#define OWN    "/account.html"
#define ENTRY  "/signin.html"
#define FACTOR "/second-factor.html"
#define LEAVE  "/leave.html"

static const struct route routes[] = {
	{POST, "/accounts", account_create, .page = "/signup.html", .caller = CALLER_NONE,
         .fields = true},
	{GET, ME, account_read, .caller = CALLER_ACCOUNT},
	{PATCH, ME, account_update, .guarded = true, .caller = CALLER_ACCOUNT},
	{POST, ME, account_update, .page = OWN "?status=Saved", .guarded = true,
         .caller = CALLER_ACCOUNT},
	{GET, ME "/export", account_export_read, .caller = CALLER_ACCOUNT},
	{DELETE, ME, account_delete, .caller = CALLER_ACCOUNT},
	{POST, ME "/delete", account_delete, .page = LEAVE "?status=Deleted", .page_failed = LEAVE,
         .caller = CALLER_ACCOUNT},
	{PUT, ME "/password", password_update, .caller = CALLER_ACCOUNT},
	{POST, ME "/password", password_update, .page = OWN, .caller = CALLER_ACCOUNT},
	{POST, ME "/verification", verification_create, .page = OWN, .caller = CALLER_ACCOUNT},
	{POST, ME "/email", email_create, .page = OWN "?status=EmailAsked", .page_failed = OWN,
         .caller = CALLER_ACCOUNT},
	{POST, "/accounts/email", email_finish, .page = "/email.html", .caller = CALLER_NONE,
         .fields = true},
	{POST, "/accounts/verification", verification_finish, .page = "/verify.html",
         .caller = CALLER_NONE, .fields = true},
	{POST, "/accounts/reset", reset_create, .page = "/reset.html", .caller = CALLER_NONE,
         .fields = true},
	{POST, "/accounts/password", reset_finish, .page = "/reset.html", .caller = CALLER_NONE,
         .fields = true},
	{GET, ME "/sessions", session_list, .caller = CALLER_ACCOUNT},
	{DELETE, ME "/sessions", session_delete_others, .caller = CALLER_ACCOUNT},
	{POST, ME "/sessions/delete", session_delete_others, .page = OWN, .caller = CALLER_ACCOUNT},
	{DELETE, ME "/sessions/{id}", session_delete, .caller = CALLER_ACCOUNT},
	{POST, ME "/sessions/{id}/delete", session_delete, .page = OWN, .caller = CALLER_ACCOUNT},
	{POST, ME "/second-factor", second_factor_create, .page = FACTOR,
         .page_once = "second-factor-key", .caller = CALLER_ACCOUNT},
	{DELETE, ME "/second-factor", second_factor_delete, .caller = CALLER_ACCOUNT},
	{POST, ME "/second-factor/delete", second_factor_delete, .page = OWN,
         .caller = CALLER_ACCOUNT},
	{POST, ME "/second-factor/confirmation", second_factor_confirm_create, .page = OWN,
         .page_failed = FACTOR, .caller = CALLER_ACCOUNT},
	{POST, "/tokens", token_create, .page = OWN "?status=SignedIn", .page_failed = ENTRY,
         .caller = CALLER_NONE, .fields = true},
	{DELETE, "/tokens", token_delete, .caller = CALLER_NONE, .fields = true},
	{POST, "/tokens/delete", token_delete, .page = ENTRY, .caller = CALLER_NONE,
         .fields = true},
	{GET, "/accounts/oidc", external_begin, .caller = CALLER_NONE, .fields = true},
	{GET, "/accounts/oidc/callback", external_callback, .caller = CALLER_NONE, .fields = true},
	{GET, "/accounts/oidc/provider", external_provider, .caller = CALLER_NONE},
	{GET, ME "/identities", identity_list, .caller = CALLER_ACCOUNT},
	{POST, ME "/identities", identity_create, .page = OWN "?status=Link",
         .caller = CALLER_ACCOUNT},
	{DELETE, ME "/identities/{id}", identity_delete, .caller = CALLER_ACCOUNT},
	{POST, ME "/identities/{id}/delete", identity_delete, .page = OWN,
         .caller = CALLER_ACCOUNT},
	{GET, "/tokens/session", session_token, .caller = CALLER_NONE, .internal = true,
         .anyone = true},
};

static enum err
app_open(const struct settings *settings, struct app **ret_app)
{
	enum err err = composition_open(settings, STORE_ACCOUNTS, ret_app);
	if (err == OK)
		err = composition_add_credentials(*ret_app, "account");
	if (err == OK)
		err = composition_add_access_issuer(*ret_app);
	if (err == OK)
		err = composition_add_sign_in(*ret_app);
	if (err == OK)
		err = composition_add_oidc(*ret_app);
	if (err == OK)
		err = composition_add_service_issuer(*ret_app, "account");
	if (err == OK)
		err = composition_add_account_contexts(*ret_app);
	return err;
}

static enum err
key_find(const struct app *app, const struct idempotency *key)
{
	return app->accounts->key_find(app->accounts->self, key);
}

static const struct service service = {
	.name = "fcgi-account",
	.routes = routes,
	.n_routes = ARRAY_SIZE(routes),
	.open = app_open,
	.close = composition_close,
	.key_find = key_find,
	.ready = composition_ready,
	.metrics = composition_metrics,
};

int
main(int argc, char **argv)
{
	return service_run(&service, argc, argv);
}

/* SPDX-License-Identifier: MIT */
#include "composition/accounts.h"

#include "adapters/http/client.h"
#include "adapters/http/oidc_provider.h"
#include "adapters/jose/id_token.h"
#include "adapters/oath/one_time_codes.h"
#include "adapters/sodium/opaque_tokens.h"
#include "adapters/sodium/otp_sealer.h"
#include "adapters/sodium/password_hasher.h"
#include "adapters/zxcvbn/password_guesser.h"
#include "composition/composition.h"

enum err
composition_add_opaque_tokens(struct app *app)
{
	struct composition *composition = (struct composition *)app;
	enum err err = opaque_tokens_open(&composition->opaque_tokens);
	if (err == OK)
		app->opaque_tokens = &composition->opaque_tokens;
	return err;
}

static void
sealer_close(struct composition *composition)
{
	otp_sealer_close(&composition->otp_sealer);
}

enum err
composition_add_otp_sealer(struct app *app)
{
	struct composition *composition = (struct composition *)app;
	enum err err = composition_add_closer(composition, sealer_close);
	if (err == OK)
		err = otp_sealer_open(app->settings->otp_key, &composition->otp_sealer);
	app->otp_sealer = &composition->otp_sealer;
	return err;
}

static void
hasher_close(struct composition *composition)
{
	password_hasher_close(&composition->password_hasher);
}

enum err
composition_add_sign_in(struct app *app)
{
	struct composition *composition = (struct composition *)app;
	enum err err = composition_add_closer(composition, hasher_close);
	if (err == OK)
		err = password_hasher_open(&composition->password_hasher);
	if (err == OK)
		err = one_time_codes_open(&composition->one_time_codes);
	if (err == OK)
		err = composition_add_otp_sealer(app);
	if (err == OK)
		err = composition_add_opaque_tokens(app);
	composition->password_guesser = password_guesser_zxcvbn();
	app->password_hasher = &composition->password_hasher;
	app->password_guesser = &composition->password_guesser;
	app->one_time_codes = &composition->one_time_codes;
	return err;
}

static void
oidc_close(struct composition *composition)
{
	oidc_provider_close(&composition->oidc_provider);
}

enum err
composition_add_oidc(struct app *app)
{
	struct composition *composition = (struct composition *)app;
	const struct settings *settings = app->settings;
	const struct oidc_options options = {.issuer = settings->oidc_issuer,
	                                     .client = settings->oidc_client,
	                                     .secret = settings->oidc_secret};
	if (!*settings->oidc_issuer)
		return OK;
	enum err err = composition_add_closer(composition, oidc_close);
	if (err == OK)
		err = http_start();
	if (err == OK)
		err = oidc_provider_open(&options, &composition->oidc_provider);
	composition->id_token_reader = id_token_reader_jose(settings->oidc_roles_claim);
	app->oidc_provider = &composition->oidc_provider;
	app->id_token_reader = &composition->id_token_reader;
	return err;
}

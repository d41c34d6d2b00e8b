/* SPDX-License-Identifier: MIT */
#include "composition/tokens.h"

#include "adapters/booking_key/booking_key_hmac.h"
#include "base/mem.h"
#include "composition/composition.h"

#include <stdio.h>
#include <string.h>

#define PATH_SIZE 256

/* Who may call the internal operations of whom. The operator's tools read snapshots. */
static const struct {
	const char *caller, *called;
} calls[] = {
	{"book", "pay"},      {"book", "room"},    {"room", "book"},     {"account", "book"},
	{"account", "alarm"}, {"operator", "pay"}, {"operator", "room"}, {"operator", "book"},
};

/* The public keys of an issuer: a file of the folder that every program has. */
static bool
path_write(const struct settings *settings, const char *issuer, char path[PATH_SIZE])
{
	const int n = snprintf(path, PATH_SIZE, "%s/%s.jwks", settings->key_dir, issuer);
	return n > 0 && n < PATH_SIZE;
}

static void
verifier_close(struct composition *composition)
{
	jose_verifier_close(composition->jose_verifier);
}

static enum err
verifier_open(struct composition *composition, const char *context)
{
	const struct settings *settings = composition->app.settings;
	char paths[TRUSTED_MAX][PATH_SIZE];
	struct token_trust trusted[TRUSTED_MAX] = {
		{TOKEN_ACCESS, settings->issuer, TOKEN_AUDIENCE, paths[0]}};
	size_t n = 1;
	if (!path_write(settings, "account", paths[0]))
		return ERR_TOO_LARGE;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		if (strcmp(calls[i].called, context) != 0)
			continue;
		if (!path_write(settings, calls[i].caller, paths[n]))
			return ERR_TOO_LARGE;
		trusted[n] =
			(struct token_trust){TOKEN_SERVICE, calls[i].caller, context, paths[n]};
		n++;
	}
	return jose_verifier_open(trusted, n, instant_now, &composition->jose_verifier);
}

void
composition_add_booking_keys(struct app *app)
{
	struct composition *composition = (struct composition *)app;
	if (!*app->settings->booking_key)
		return;
	composition->booking_keys = booking_keys_hmac(app->settings->booking_key);
	app->booking_keys = &composition->booking_keys;
}

enum err
composition_add_credentials(struct app *app, const char *context)
{
	struct composition *composition = (struct composition *)app;
	enum err err = composition_add_closer(composition, verifier_close);
	if (err == OK)
		err = verifier_open(composition, context);
	if (err != OK)
		return err;
	composition->token_verifier = jose_verifier_port(composition->jose_verifier);
	app->token_verifier = &composition->token_verifier;
	composition_add_booking_keys(app);
	return OK;
}

static void
issuer_close(struct composition *composition)
{
	jose_issuer_close(composition->jose_issuer);
}

static void
service_issuer_close(struct composition *composition)
{
	jose_issuer_close(composition->jose_service_issuer);
}

enum err
composition_add_service_issuer(struct app *app, const char *context)
{
	struct composition *composition = (struct composition *)app;
	enum err err = composition_add_closer(composition, service_issuer_close);
	if (err == OK)
		err = jose_issuer_open(context, app->settings->service_key_file,
		                       &composition->jose_service_issuer);
	if (err != OK)
		return err;
	composition->service_issuer = jose_issuer_port(composition->jose_service_issuer);
	composition->context = context;
	return OK;
}

enum err
composition_add_access_issuer(struct app *app)
{
	struct composition *composition = (struct composition *)app;
	enum err err = composition_add_closer(composition, issuer_close);
	if (err == OK)
		err = jose_issuer_open(app->settings->issuer, app->settings->access_key_file,
		                       &composition->jose_issuer);
	if (err != OK)
		return err;
	composition->access_issuer = jose_issuer_port(composition->jose_issuer);
	app->token_issuer = &composition->access_issuer;
	return OK;
}

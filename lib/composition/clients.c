/* SPDX-License-Identifier: MIT */
#include "composition/clients.h"

#include "adapters/http/client.h"
#include "adapters/http/clients.h"
#include "adapters/system/bulkhead.h"
#include "adapters/system/shared_breaker.h"
#include "composition/composition.h"
#include "composition/options.h"

/* How this context reaches others and is known to them. */
static struct http_options
options_of(const struct composition *composition, const char *url)
{
	struct http_options options = http_options(composition->app.settings, url);
	options.issuer = composition->context ? &composition->service_issuer : NULL;
	options.service = composition->context;
	return options;
}

static void
pay_close(struct composition *composition)
{
	bulkhead_close(&composition->bulkhead);
	shared_breaker_close(&composition->other_breaker);
	shared_breaker_close(&composition->pay_breaker);
	pay_client_close(&composition->pay);
}

static struct breaker_limits
limits_of(const struct settings *settings, const struct pay_access *access)
{
	const uint32_t open_ms = settings->breaker_open_ms;
	return (struct breaker_limits){
		.failures = settings->breaker_failures,
		.open_ms = open_ms < access->open_max_ms ? open_ms : access->open_max_ms,
		.lease_ms = 2 * settings->pay_timeout_ms,
	};
}

enum err
composition_add_pay(struct app *app, const struct pay_access *access)
{
	struct composition *composition = (struct composition *)app;
	const struct settings *settings = app->settings;
	const struct breaker_limits limits = limits_of(settings, access);
	const struct http_options options = options_of(composition, settings->pay_url);
	enum err err = composition_add_closer(composition, pay_close);
	if (err == OK)
		err = http_start();
	if (err == OK)
		err = pay_client_open(&options, &composition->pay);
	if (err == OK)
		err = shared_breaker_open(settings->run_dir, access->breaker, &limits,
		                          &composition->pay_breaker);
	if (err == OK)
		err = shared_breaker_open(settings->run_dir, access->other, &limits,
		                          &composition->other_breaker);
	if (err == OK)
		err = bulkhead_open(access->places ? access->places : 1, &composition->bulkhead);
	if (err != OK)
		return err;
	app->pay_client = &composition->pay;
	app->pay_breaker = &composition->pay_breaker;
	app->other_breaker = &composition->other_breaker;
	app->bulkhead = &composition->bulkhead;
	return OK;
}

static void
room_client_end(struct composition *composition)
{
	room_client_close(&composition->room_client);
}

enum err
composition_add_room_client(struct app *app)
{
	struct composition *composition = (struct composition *)app;
	const struct http_options options = options_of(composition, "");
	enum err err = composition_add_closer(composition, room_client_end);
	if (err == OK)
		err = http_start();
	if (err == OK)
		err = room_client_open(&options, &composition->room_client);
	if (err == OK)
		app->room_client = &composition->room_client;
	return err;
}

static void
book_close(struct composition *composition)
{
	book_client_close(&composition->book_client);
}

enum err
composition_add_book_client(struct app *app)
{
	struct composition *composition = (struct composition *)app;
	const struct http_options options = options_of(composition, "");
	enum err err = composition_add_closer(composition, book_close);
	if (err == OK)
		err = http_start();
	if (err == OK)
		err = book_client_open(&options, &composition->book_client);
	if (err == OK)
		app->book_client = &composition->book_client;
	return err;
}

static void
contexts_close(struct composition *composition)
{
	account_contexts_close(&composition->account_contexts);
}

enum err
composition_add_account_contexts(struct app *app)
{
	struct composition *composition = (struct composition *)app;
	const struct http_options options = options_of(composition, "");
	enum err err = composition_add_closer(composition, contexts_close);
	if (err == OK)
		err = http_start();
	if (err == OK)
		err = account_contexts_open(&options, &composition->account_contexts);
	if (err == OK)
		app->account_contexts = &composition->account_contexts;
	return err;
}

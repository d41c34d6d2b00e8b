/* SPDX-License-Identifier: MIT */
/*
 * service - a FastCGI program: a route table, a composition, and service_run().
 *
 *	static const struct service service = {
 *		.name = "fcgi-book", .routes = routes, .n_routes = ARRAY_SIZE(routes),
 *		.open = app_open, .close = composition_close, .ready = composition_ready,
 *	};
 *
 *	int
 *	main(int argc, char **argv)
 *	{
 *		return service_run(&service, argc, argv);
 *	}
 */
#ifndef FCGI_SERVICE_H
#define FCGI_SERVICE_H

#include "app/metrics.h"
#include "base/err.h"
#include "config/settings.h"
#include "domain/caller.h"
#include "fcgi/router.h"

#include <stddef.h>

struct app; /* the program's composition; only its handlers look inside */

struct service {
	const char *name;
	const struct route *routes;
	size_t n_routes;

	/* Builds the composition once the settings are read, before there are threads. A dependency
	 * that is down must not fail it. The settings outlive the composition. After an error *ret_app
	 * is NULL, or what was built until then: it is closed. */
	enum err (*open)(const struct settings *settings, struct app **ret_app);
	/* Optional: the program is to end; ends what requests in flight wait for without need. */
	void (*stop)(struct app *app);
	/* Closes it after every request has been answered. */
	void (*close)(struct app *app);
	/* Whether a key was used: OK or ERR_KEY_REUSED; ERR_NOT_FOUND: it is new. Every program that
	 * has POST on its public listener has it. */
	enum err (*key_find)(const struct app *app, const struct idempotency *key);
	/* Optional: whether requests can be served now, for /readyz. */
	enum err (*ready)(const struct app *app);
	/* Optional: adds metrics of its own. */
	void (*metrics)(const struct app *app, struct metrics *to);
};

/*
 * Runs the program from its command line to its end: --help, --version, --check-config, --routes;
 * settings, log, composition, threads, admin listener. After SIGTERM or SIGINT it takes no new
 * request, answers those in flight and ends. Returns the exit status: 0 ended as requested, 1
 * failed, 2 wrong usage or settings (all faults on stderr).
 */
int service_run(const struct service *service, int argc, char **argv);

#endif

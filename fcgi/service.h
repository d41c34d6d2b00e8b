/*
 * service - a FastCGI program: a route table, a composition, and service_run().
 *
 *	static const struct service service = {
 *		.name = "fcgi-book", .routes = routes, .n_routes = ARRAY_SIZE(routes),
 *		.open = composition_open, .close = composition_close, .ready = composition_ready,
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
#include "fcgi/router.h"

#include <stddef.h>

struct app; /* the program's composition; the chassis only hands it on */

struct service {
	const char *name;
	const struct route *routes;
	size_t n_routes;

	/* Builds the composition once the settings are read, before there are threads. A part that
	 * is down must not fail it. settings outlive the composition. */
	enum err (*open)(const struct settings *settings, struct app **ret_app);
	/* Tears it down when every request has been answered. */
	void (*close)(struct app *app);
	/* Optional: whether requests can be served now, for /readyz. */
	enum err (*ready)(const struct app *app);
	/* Optional: tells its own figures. */
	void (*metrics)(const struct app *app, struct metrics *to);
};

/*
 * The whole life of the program: --help, --version, --check-config, --routes; settings, log,
 * composition, admin listener, threads; on SIGTERM or SIGINT no new request is taken, those in
 * flight are answered, and it ends. Returns the exit status: 0 ended as asked, 1 failed while
 * running, 2 wrong usage or settings (all faults on stderr).
 */
int service_run(const struct service *service, int argc, char **argv);

#endif

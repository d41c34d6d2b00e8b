/* composition - what every program is composed of: its settings, its clock, its database. */
#include "composition/composition.h"

#include "base/log.h"

#include <stdlib.h>

static void
log_trouble(const char *where, unsigned statement, unsigned code)
{
	LOG(LOG_WARN, "database", LOG_TEXT("where", where), LOG_NUMBER("statement", statement),
	    LOG_NUMBER("code", code));
}

enum err
composition_new(size_t size, const struct settings *settings, struct composition **ret_composition)
{
	struct composition *composition = calloc(1, size);
	if (!composition)
		return ERR_MEMORY;
	composition->app.settings = settings;
	composition->app.now = instant_now;
	enum err err = db_open(settings, log_trouble, &composition->db);
	if (err != OK) {
		free(composition);
		return err;
	}
	*ret_composition = composition;
	return OK;
}

void
composition_close(struct app *app)
{
	struct composition *composition = (struct composition *)app;
	if (!composition)
		return;
	db_close(composition->db);
	free(composition);
}

enum err
composition_ready(const struct app *app)
{
	return db_ping(((const struct composition *)app)->db);
}

void
composition_metrics(const struct app *app, struct metrics *to)
{
	struct db_stats stats;
	db_stats(((const struct composition *)app)->db, &stats);
	METRIC(to, METRIC_DB_CONNECTIONS, stats.open, "open");
	METRIC(to, METRIC_DB_CONNECTIONS, stats.busy, "busy");
	METRIC(to, METRIC_DB_CONNECTIONS_MAX, app->settings->db_pool);
	METRIC(to, METRIC_DB_WAITING, stats.waiting);
	METRIC(to, METRIC_DB_TROUBLE, stats.retried, "retried");
	METRIC(to, METRIC_DB_TROUBLE, stats.lost, "lost");
	METRIC(to, METRIC_DB_TROUBLE, stats.timeouts, "timeout");
}

/* composition - what every program is composed of: its settings, its clock, its database. */
#include "composition/composition.h"

#include "base/log.h"

#include <inttypes.h>
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

enum err
composition_metrics(const struct app *app, struct buf *text)
{
	struct db_stats stats;
	db_stats(((const struct composition *)app)->db, &stats);
	return buf_addf(text,
	                "# TYPE hotel_db_connections gauge\n"
	                "hotel_db_connections{state=\"open\"} %u\n"
	                "hotel_db_connections{state=\"busy\"} %u\n"
	                "# TYPE hotel_db_waiting gauge\n"
	                "hotel_db_waiting %u\n"
	                "# TYPE hotel_db_trouble_total counter\n"
	                "hotel_db_trouble_total{kind=\"retried\"} %" PRIu64 "\n"
	                "hotel_db_trouble_total{kind=\"lost\"} %" PRIu64 "\n"
	                "hotel_db_trouble_total{kind=\"timeout\"} %" PRIu64 "\n",
	                stats.open, stats.busy, stats.waiting, stats.retried, stats.lost,
	                stats.timeouts);
}

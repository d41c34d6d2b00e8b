/*
 * composition - what every program is composed of: its settings, its clock, its database. A program
 * puts its own ports behind it:
 *
 *	struct parts {
 *		struct composition base;
 *		struct payment_store payments;
 *	};
 *
 * The functions are the hooks of struct service and struct worker, or called by them.
 */
#ifndef COMPOSITION_COMPOSITION_H
#define COMPOSITION_COMPOSITION_H

#include "adapters/mariadb/db.h"
#include "app/app.h"
#include "app/metrics.h"

struct composition {
	struct app app; /* the first member: the hooks get its address */
	struct db *db;  /* its trouble is logged */
};

/*
 * Makes one of size bytes, zeroed behind struct composition, with a pool that has no connection
 * yet. ERR_MEMORY, ERR_SYSTEM.
 */
MUST_CHECK enum err composition_new(size_t size, const struct settings *settings,
                                    struct composition **ret_composition);

/* Closes the database and gives the memory back. NULL is fine. */
void composition_close(struct app *app);

/* Whether the database answers. */
MUST_CHECK enum err composition_ready(const struct app *app);

/* Tells of the database's pool. */
void composition_metrics(const struct app *app, struct metrics *to);

#endif

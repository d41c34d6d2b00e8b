/*
 * purge - forgets what was kept for long enough, as the settings say.
 *
 * Bookings, their timelines, payments and tombstones are never forgotten; nor is what waits. A
 * round is one small transaction for each kind, so that it is in nobody's way; several programs may
 * do it at once.
 */
#ifndef APP_PURGE_H
#define APP_PURGE_H

#include "app/app.h"

#define PURGE_MAX      200u             /* of a kind, in one round */
#define PURGE_EVERY_MS (10 * 60 * 1000) /* between rounds, once there is nothing more */

/* One round of a context. ret_more: there may be more right now. As the port's functions. */
MUST_CHECK enum err purge_room(const struct app *app, bool *ret_more);
MUST_CHECK enum err purge_book(const struct app *app, bool *ret_more);
MUST_CHECK enum err purge_alarm(const struct app *app, bool *ret_more);

#endif

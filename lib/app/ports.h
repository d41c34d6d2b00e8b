/* SPDX-License-Identifier: MIT */
/*
 * ports - the edge of the hexagon: what the use cases need from outside.
 *
 * A port is a plain struct of functions with the adapter's own `self`. Each function is one whole
 * business operation and atomic: either it happened, with its event and its idempotency key, or it
 * did not. A port function does not call back into a use case, except for the callbacks, which only
 * read.
 *
 * Every function may be called from several threads. Besides the outcomes that its comment names,
 * each function that needs another server may return ERR_UNAVAILABLE or ERR_TIMEOUT (the server is
 * down or busy; nothing was done), ERR_CONFLICT (the database aborted the transaction too often;
 * nothing was done), ERR_UNKNOWN (the connection was lost during the commit) and ERR_MEMORY. ret_
 * parameters are filled on OK only, unless the comment says otherwise.
 *
 * The ports of a context are in the context's folder; this file has what the contexts share.
 */
#ifndef APP_PORTS_H
#define APP_PORTS_H

#include "app/account/identity_ports.h"
#include "app/account/ports.h"
#include "app/alarm/ports.h"
#include "app/audit.h"
#include "app/book/ports.h"
#include "app/booking_keys.h"
#include "app/erased.h"
#include "app/mypage/ports.h"
#include "app/pay/ports.h"
#include "app/room/ports.h"
#include "app/token.h"

/* A row of a context's outbox: an event on its way to the broker. */
struct outbox_row {
	uint64_t id;
	enum event_type type;
	char message_id[UUID_TEXT];
	uint64_t correlation_id; /* 0: none */
	instant_t time;
	char *body; /* the CloudEvent; owned by the row */
	size_t body_len;
};

struct outbox {
	void *self;

	/*
	 * Claims up to max rows, oldest first, for lease_s seconds under the name owner, which is
	 * unique to the caller. Rows whose lease has expired are claimed like new ones. No lock is
	 * kept. The caller frees each body.
	 */
	enum err (*claim)(void *self, const char *owner, uint32_t lease_s, size_t max,
	                  struct outbox_row ret_rows[], size_t *ret_n);

	/* Removes rows that the broker has confirmed, also if another relay has claimed them since.
	 */
	enum err (*confirm)(void *self, const uint64_t ids[], size_t n);

	/* Ends the lease of rows that could not be published. */
	enum err (*release)(void *self, const char *owner, const uint64_t ids[], size_t n);

	/* For metrics: how many rows wait, and since when the oldest does (0: none waits). */
	enum err (*backlog)(void *self, uint64_t *ret_rows, instant_t *ret_oldest);
};

#endif

/* SPDX-License-Identifier: MIT */
/*
 * composition - what a program is composed of: settings, clock, database, and the ports it uses.
 *
 *	static enum err
 *	app_open(const struct settings *settings, struct app **ret_app)
 *	{
 *		return composition_open(settings, STORE_PAYMENTS | STORE_OUTBOX, ret_app);
 *	}
 *
 * The ports to other contexts are in clients.h. The functions are the hooks of struct service and
 * struct worker, or called by them.
 */
#ifndef COMPOSITION_COMPOSITION_H
#define COMPOSITION_COMPOSITION_H

#include "adapters/acquirer/simulated_acquirer.h"
#include "adapters/jose/issuer.h"
#include "adapters/jose/verifier.h"
#include "adapters/mariadb/db.h"
#include "app/app.h"
#include "app/book/book.h"
#include "app/metrics.h"
#include "app/purge.h"

/* The stores of MariaDB that a program may use: bits. */
enum store {
	STORE_ROOMS = 1 << 0,
	STORE_BOOKS = 1 << 1,
	STORE_PAYMENTS = 1 << 2,
	STORE_MYPAGES = 1 << 3,
	STORE_NOTIFICATIONS = 1 << 4,
	STORE_OUTBOX = 1 << 5,
	STORE_ACCOUNTS = 1 << 6, /* with sessions, mails and identities */
	STORE_ERASED = 1 << 7,   /* and the list, where the settings name it */
};

struct room_indexed;

#define COMPOSITION_CLOSERS_MAX 12

struct composition {
	struct app app; /* the first member: the hooks get its address */
	struct db *db;
	struct purged purged;
	struct settler settler;

	/* Each is set if the program uses it; app points to it then. */
	struct room_store rooms;
	struct room_indexed *room_indexed; /* NULL: searches go to MariaDB */
	struct db *room_follow_db;
	atomic_uint_fast64_t *room_changes;
	struct book_store books;
	struct payment_store payments;
	struct mypage_store mypages;
	struct notification_store notifications;
	struct outbox outbox;
	struct erased_notes erased_notes;
	struct erased_list erased_list;
	struct audit audit;
	struct audit_paces audit_paces;
	struct account_store accounts;
	struct session_store sessions;
	struct account_mail_queue account_mails;
	struct identity_store identities;
	struct password_hasher password_hasher;
	struct password_guesser password_guesser;
	struct one_time_codes one_time_codes;
	struct opaque_tokens opaque_tokens;
	struct otp_sealer otp_sealer;
	struct oidc_provider oidc_provider;
	struct id_token_reader id_token_reader;
	struct simulated_acquirer acquirer_options;
	int stop_fd; /* an eventfd of composition_stop(); -1: nothing waits for it */
	struct acquirer acquirer;
	struct pay_client pay;
	struct room_client room_client;
	struct book_client book_client;
	struct account_contexts account_contexts;
	struct shared_breaker pay_breaker, other_breaker;
	struct bulkhead bulkhead;
	struct jose_verifier *jose_verifier;
	struct token_verifier token_verifier;
	struct booking_keys booking_keys;
	struct jose_issuer *jose_issuer, *jose_service_issuer;
	struct token_issuer service_issuer, access_issuer;
	const char *context; /* whose tokens service_issuer signs; NULL: it has none */

	/* What composition_close() calls before it closes the database, the last one first. */
	void (*closers[COMPOSITION_CLOSERS_MAX])(struct composition *composition);
	size_t n_closers;
};

/* Builds a composition with these stores; its database pool has no connection yet. ERR_MEMORY,
 * ERR_SYSTEM. */
MUST_CHECK enum err composition_open(const struct settings *settings, unsigned stores,
                                     struct app **ret_app);

/* The same for a program with parts of its own: size bytes, zeroed after struct composition, which
 * is the first member. */
MUST_CHECK enum err composition_new(size_t size, const struct settings *settings,
                                    struct composition **ret_composition);

/* Adds the acquirer. */
void composition_add_acquirer(struct app *app);

/* The program is to end: whoever waits for an acquirer that does not answer, waits no longer. */
void composition_stop(struct app *app);

/* Has composition_close() call this. ERR_BUG: COMPOSITION_CLOSERS_MAX are too few. */
MUST_CHECK enum err composition_add_closer(struct composition *composition,
                                           void (*close)(struct composition *composition));

/* Closes all parts and frees the memory. NULL is fine. */
void composition_close(struct app *app);

/* A db_on_error that logs. */
void composition_log_trouble(const char *where, unsigned statement, unsigned code);

/* Whether the database answers. */
MUST_CHECK enum err composition_ready(const struct app *app);

/* Adds the metrics of the database pool. */
void composition_metrics(const struct app *app, struct metrics *to);

#endif

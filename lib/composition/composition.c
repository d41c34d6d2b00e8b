/* SPDX-License-Identifier: MIT */
#include "composition/composition.h"

#include "adapters/files/erased_file.h"
#include "adapters/mariadb/account/account_store.h"
#include "adapters/mariadb/alarm/notification_store.h"
#include "adapters/mariadb/audit.h"
#include "adapters/mariadb/book/book_store.h"
#include "adapters/mariadb/erased_note.h"
#include "adapters/mariadb/mypage/mypage_store.h"
#include "adapters/mariadb/outbox.h"
#include "adapters/mariadb/pay/payment_store.h"
#include "adapters/mariadb/room/room_store.h"
#include "base/log.h"
#include "composition/options.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

void
composition_log_trouble(const char *where, unsigned statement, unsigned code)
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
	composition->stop_fd = -1;
	composition->app.purged = &composition->purged;
	composition->app.settler = &composition->settler;
	const struct db_options options = db_options(settings);
	enum err err = db_open(&options, composition_log_trouble, &composition->db);
	if (err != OK) {
		free(composition);
		return err;
	}
	composition->audit = audit_mariadb(composition->db);
	audit_paces_init(&composition->audit_paces);
	composition->app.audit = &composition->audit;
	composition->app.audit_paces = &composition->audit_paces;
	*ret_composition = composition;
	return OK;
}

static void
erased_open(struct composition *composition)
{
	struct app *app = &composition->app;
	composition->erased_notes = erased_notes_mariadb(composition->db);
	app->erased_notes = &composition->erased_notes;
	if (!*app->settings->erased_file)
		return;
	composition->erased_list = erased_file_port(app->settings->erased_file);
	app->erased_list = &composition->erased_list;
}

static enum err
stores_open(struct composition *composition, unsigned stores)
{
	enum err err = OK;
	struct app *app = &composition->app;
	struct db *db = composition->db;
	if (stores & STORE_ROOMS) {
		composition->rooms = room_store_mariadb(db);
		app->rooms = &composition->rooms;
	}
	if (stores & STORE_BOOKS) {
		err = book_store_mariadb(db, &composition->books);
		app->books = &composition->books;
	}
	if (err == OK && (stores & STORE_PAYMENTS)) {
		err = payment_store_mariadb(db, &composition->payments);
		app->payments = &composition->payments;
	}
	if (stores & STORE_MYPAGES) {
		composition->mypages = mypage_store_mariadb(db);
		app->mypages = &composition->mypages;
	}
	if (stores & STORE_NOTIFICATIONS) {
		composition->notifications = notification_store_mariadb(db);
		app->notifications = &composition->notifications;
	}
	if (stores & STORE_ACCOUNTS) {
		composition->accounts = account_store_mariadb(db);
		composition->sessions = session_store_mariadb(db);
		composition->account_mails = account_mail_queue_mariadb(db);
		composition->identities = identity_store_mariadb(db);
		app->accounts = &composition->accounts;
		app->sessions = &composition->sessions;
		app->account_mails = &composition->account_mails;
		app->identities = &composition->identities;
	}
	if (stores & STORE_OUTBOX) {
		composition->outbox = outbox_mariadb(db);
		app->outbox = &composition->outbox;
	}
	if (stores & STORE_ERASED)
		erased_open(composition);
	return err;
}

enum err
composition_open(const struct settings *settings, unsigned stores, struct app **ret_app)
{
	struct composition *composition;
	enum err err = composition_new(sizeof(*composition), settings, &composition);
	if (err != OK)
		return err;
	err = stores_open(composition, stores);
	if (err != OK) {
		composition_close(&composition->app);
		return err;
	}
	*ret_app = &composition->app;
	return OK;
}

/* No caller waits for pay longer than pay_timeout_ms, so a call that hangs twice as long is never
 * answered. */
void
composition_add_acquirer(struct app *app)
{
	struct composition *composition = (struct composition *)app;
	const struct settings *settings = app->settings;
	/* Longer than the caller waits, but not so long that the thread counts as stuck. */
	const uint32_t hang_ms = 2 * settings->pay_timeout_ms;
	composition->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	composition->acquirer_options = (struct simulated_acquirer){
		.demo = settings->demo == ON,
		.stop_fd = composition->stop_fd,
		.hang_ms = hang_ms < settings->request_timeout_ms ? hang_ms
	                                                          : settings->request_timeout_ms,
	};
	composition->acquirer = simulated_acquirer(&composition->acquirer_options);
	app->acquirer = &composition->acquirer;
}

void
composition_stop(struct app *app)
{
	int fd = ((const struct composition *)app)->stop_fd;
	if (fd >= 0)
		(void)eventfd_write(fd, 1);
}

enum err
composition_add_closer(struct composition *composition,
                       void (*close)(struct composition *composition))
{
	if (composition->n_closers == COMPOSITION_CLOSERS_MAX)
		return ERR_BUG_HERE();
	composition->closers[composition->n_closers++] = close;
	return OK;
}

void
composition_close(struct app *app)
{
	struct composition *composition = (struct composition *)app;
	if (!composition)
		return;
	while (composition->n_closers)
		composition->closers[--composition->n_closers](composition);
	book_store_mariadb_close(&composition->books);
	payment_store_mariadb_close(&composition->payments);
	db_close(composition->db);
	if (composition->stop_fd >= 0)
		close(composition->stop_fd);
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

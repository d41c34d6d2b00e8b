/* SPDX-License-Identifier: MIT */
/* worker-alarm - notifies guests and hosts of events, and sends them mails and webhooks. */
#include "adapters/curl/options.h"
#include "adapters/mariadb/alarm/delivery_store.h"
#include "adapters/mariadb/alarm/notification_store.h"
#include "adapters/smtp/smtp.h"
#include "adapters/webhook/webhook.h"
#include "app/alarm/delivery_send.h"
#include "app/alarm/notify.h"
#include "base/mem.h"
#include "composition/composition.h"
#include "composition/tokens.h"
#include "workers/alarm/delivery_log.h"
#include "workers/worker.h"

struct alarm {
	struct composition base;
	struct delivery_log log;
	struct delivery_store deliveries;
	struct delivery_pool pool;
	struct webhook_options webhook_options;
	struct channel_sender email, webhook;
};

static void
senders_close(struct composition *composition)
{
	smtp_close(&((struct alarm *)composition)->email);
}

static enum err
app_open(const struct settings *settings, struct app **ret_app)
{
	struct composition *base;
	enum err err = composition_new(sizeof(struct alarm), settings, &base);
	if (err != OK)
		return err;
	struct alarm *alarm = (struct alarm *)base;
	base->notifications = notification_store_mariadb(base->db);
	alarm->log.store = delivery_store_mariadb(base->db);
	alarm->deliveries = delivery_log_port(&alarm->log);
	delivery_pool_init(&alarm->pool);
	base->app.notifications = &base->notifications;
	base->app.deliveries = &alarm->deliveries;
	base->app.pool = &alarm->pool;
	base->app.senders[CHANNEL_EMAIL] = &alarm->email;
	base->app.senders[CHANNEL_CONTACT] = &alarm->email;
	base->app.senders[CHANNEL_WEBHOOK] = &alarm->webhook;
	composition_add_booking_keys(&base->app);
	*ret_app = &base->app;
	const struct smtp_options smtp = {.url = settings->smtp_url,
	                                  .from = settings->mail_from,
	                                  .user = settings->smtp_user,
	                                  .password = settings->smtp_password,
	                                  .ca_file = settings->smtp_ca_file,
	                                  .tls = (enum smtp_tls)settings->smtp_tls};
	err = composition_add_closer(&alarm->base, senders_close);
	if (err == OK)
		err = curl_start();
	if (err == OK)
		err = smtp_open(&smtp, &alarm->email);
	alarm->webhook_options.any_address_allowed =
		settings->webhook_private == WEBHOOK_PRIVATE_ALLOW;
	alarm->webhook = webhook_sender(&alarm->webhook_options);
	return err;
}

static void
app_metrics(const struct app *app, struct metrics *to)
{
	purge_metrics(app, to);
	composition_metrics(app, to);
	delivery_log_metrics(&((const struct alarm *)app)->log, to);
}

static const struct worker_job jobs[DELIVERY_THREADS + 1] = {
	{"deliver-1", 0, delivery_send}, {"deliver-2", 0, delivery_send},
	{"deliver-3", 0, delivery_send}, {"deliver-4", 0, delivery_send},
	{"deliver-5", 0, delivery_send}, {"purge", PURGE_EVERY_MS, purge_alarm},
};

static const struct worker worker = {
	.name = "worker-alarm",
	.context = "alarm",
	.takes =
		{
			[EVENT_ROOM_REGISTERED] = true,
			[EVENT_ROOM_CHANGED] = true,
			[EVENT_ROOM_DELETED] = true,
			[EVENT_BOOK_PENDING] = true,
			[EVENT_BOOKED] = true,
			[EVENT_BOOK_REJECTED] = true,
			[EVENT_BOOK_EXPIRED] = true,
			[EVENT_BOOK_CANCELED] = true,
			[EVENT_BOOK_CLAIMED] = true,
			[EVENT_BOOK_ERASED] = true,
			[EVENT_PAYMENT_APPROVED] = true,
			[EVENT_PAYMENT_DECLINED] = true,
			[EVENT_PAYMENT_CANCELED] = true,
			[EVENT_PAYMENT_CLAIMED] = true,
		},
	.apply = notify,
	.jobs = jobs,
	.n_jobs = ARRAY_SIZE(jobs),
	.open = app_open,
	.close = composition_close,
	.ready = composition_ready,
	.metrics = app_metrics,
};

int
main(int argc, char **argv)
{
	return worker_run(&worker, argc, argv);
}

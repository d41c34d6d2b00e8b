/* SPDX-License-Identifier: MIT */
/* worker-account - sends the mails that owners of accounts have asked for, has other contexts erase what they
 * have of deleted accounts, and forgets what has ended. */
#include "adapters/curl/options.h"
#include "adapters/smtp/account_mailer.h"
#include "adapters/smtp/smtp.h"
#include "app/account/account.h"
#include "app/purge.h"
#include "base/log.h"
#include "base/mem.h"
#include "composition/accounts.h"
#include "composition/clients.h"
#include "composition/composition.h"
#include "composition/tokens.h"
#include "workers/worker.h"

#define MAIL_EVERY_MS  1000
#define ERASE_EVERY_MS 1000
#define SEAL_EVERY_MS  3600000

/* The composition has the place for stores; these are of this program alone. */
static struct account_mailer_options mailer_options;
static struct account_mailer mailer;
static struct channel_sender sender;

static void
sender_close(struct composition *composition)
{
	(void)composition;
	smtp_close(&sender);
}

static enum err
mailer_open(struct app *app)
{
	const struct settings *settings = app->settings;
	const struct smtp_options smtp = {.url = settings->smtp_url,
	                                  .from = settings->mail_from,
	                                  .user = settings->smtp_user,
	                                  .password = settings->smtp_password,
	                                  .ca_file = settings->smtp_ca_file,
	                                  .tls = (enum smtp_tls)settings->smtp_tls};
	enum err err = composition_add_closer((struct composition *)app, sender_close);
	if (err == OK)
		err = curl_start();
	if (err == OK)
		err = smtp_open(&smtp, &sender);
	mailer_options =
		(struct account_mailer_options){.sender = &sender,
	                                        .from = settings->mail_from,
	                                        .timeout_ms = settings->delivery_timeout_ms};
	mailer = account_mailer_smtp(&mailer_options);
	app->account_mailer = &mailer;
	return err;
}

static enum err
app_open(const struct settings *settings, struct app **ret_app)
{
	enum err err = composition_open(settings, STORE_ACCOUNTS | STORE_ERASED, ret_app);
	if (err == OK)
		err = composition_add_opaque_tokens(*ret_app);
	if (err == OK)
		err = composition_add_otp_sealer(*ret_app);
	if (err == OK)
		err = composition_add_service_issuer(*ret_app, "account");
	if (err == OK)
		err = composition_add_account_contexts(*ret_app);
	return err == OK ? mailer_open(*ret_app) : err;
}

/* Beside the channels of notifications. */
static void
mails_metrics(const struct app *app, struct metrics *to)
{
	uint64_t waiting;
	instant_t oldest;
	if (!to->db_answers ||
	    app->account_mails->backlog(app->account_mails->self, &waiting, &oldest) != OK)
		return;
	METRIC(to, METRIC_DELIVERIES, waiting, "account", "waiting");
	METRIC_MS(to, METRIC_DELIVERY_OLDEST, oldest ? app->now() - oldest : 0, "account");
}

static void
app_metrics(const struct app *app, struct metrics *to)
{
	purge_metrics(app, to);
	composition_metrics(app, to);
	mails_metrics(app, to);
}

/* The keys of a version before, and of a tool that did not know the secret. */
static enum err
otp_seal(const struct app *app, bool *ret_more)
{
	struct otp_keys_sealed sealed;
	enum err err = otp_keys_seal(app, &sealed);
	*ret_more = false;
	if (sealed.n)
		LOG(LOG_INFO, "otp-keys-sealed", LOG_NUMBER("keys", sealed.n));
	if (sealed.lost)
		LOG(LOG_WARN, "otp-keys-lost", LOG_NUMBER("keys", sealed.lost));
	return err;
}

static const struct worker_job jobs[] = {
	{"mail", MAIL_EVERY_MS, account_mail_send}, {"erase", ERASE_EVERY_MS, account_erase_due},
	{"purge", PURGE_EVERY_MS, purge_account},   {"seal", SEAL_EVERY_MS, otp_seal},
	{"erased", ERASED_EVERY_MS, erased_keep},
};

static const struct worker worker = {
	.name = "worker-account",
	.context = "account",
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

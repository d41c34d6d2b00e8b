/* settings - every HOTEL_* variable that a program reads. */
#include "config/settings.h"

#include "base/day.h"
#include "base/log.h"
#include "base/mem.h"

#include <string.h>
#include <unistd.h>

static const char *const onoff_names[] = {[OFF] = "off", [ON] = "on", NULL};
static const char *const fallback_names[] = {
	[FALLBACK_DEFER] = "defer", [FALLBACK_REFUSE] = "refuse", NULL};
static const char *const past_names[] = {[PAST_REFUSE] = "refuse", [PAST_ALLOW] = "allow", NULL};
static const char *const language_names[] = {[LANGUAGE_KO] = "ko", [LANGUAGE_EN] = "en", NULL};
static const char *const level_names[] = {[LOG_DEBUG] = "debug",
                                          [LOG_INFO] = "info",
                                          [LOG_WARN] = "warn",
                                          [LOG_ERROR] = "error",
                                          NULL};

static const char *const tls_names[] = {
	[SMTP_TLS_OFF] = "off", [SMTP_TLS_TRY] = "try", [SMTP_TLS_REQUIRE] = "require", NULL};
static const char *const private_names[] = {
	[WEBHOOK_PRIVATE_REFUSE] = "refuse", [WEBHOOK_PRIVATE_ALLOW] = "allow", NULL};

#define AT(member) \
	.offset = offsetof(struct settings, member), .size = sizeof(((struct settings *)0)->member)

#define TEXT(variable, member, standard, sentence)                                         \
	{                                                                                  \
		.name = (variable), .type = CONF_TEXT, AT(member), .fallback = (standard), \
		.meaning = (sentence)                                                      \
	}
#define SECRET(variable, member, sentence)                                                         \
	{                                                                                          \
		.name = (variable), .type = CONF_TEXT, AT(member), .fallback = "", .secret = true, \
		.meaning = (sentence)                                                              \
	}
#define NUMBER(variable, member, standard, least, most, sentence)                            \
	{                                                                                    \
		.name = (variable), .type = CONF_NUMBER, AT(member), .fallback = (standard), \
		.min = (least), .max = (most), .meaning = (sentence)                         \
	}
#define CHOICE(variable, member, standard, names, sentence)                                  \
	{                                                                                    \
		.name = (variable), .type = CONF_CHOICE, AT(member), .fallback = (standard), \
		.choices = (names), .meaning = (sentence)                                    \
	}
/* In the order of the alphabet, as the README shows them. */
const struct conf_item settings_items[] = {
	TEXT("HOTEL_ADMIN_SOCKET", admin_socket, "",
             "where /livez, /readyz and /metrics are served: unix:PATH or HOST:PORT; empty: "
             "nowhere"),
	TEXT("HOTEL_ALARM_PREFIX", alarm_prefix, "Hello",
             "the words every notification starts with"),
	NUMBER("HOTEL_AMQP_HEARTBEAT_S", amqp_heartbeat_s, "10", 2, 300,
               "seconds between heartbeats to RabbitMQ; a silent one is left after two"),
	TEXT("HOTEL_AMQP_HOST", amqp_host, "127.0.0.1", "the address of RabbitMQ"),
	SECRET("HOTEL_AMQP_PASSWORD", amqp_password, "the worker's password at RabbitMQ"),
	NUMBER("HOTEL_AMQP_PORT", amqp_port, "5672", 1, 65535, "the port of RabbitMQ"),
	TEXT("HOTEL_AMQP_USER", amqp_user, "", "the worker's user at RabbitMQ"),
	TEXT("HOTEL_AMQP_VHOST", amqp_vhost, "/", "the virtual host at RabbitMQ"),
	CHOICE("HOTEL_AUTH", auth, "off", onoff_names,
               "off: the caller is who the request says, accepted on a loopback HOTEL_LISTEN only"),
	NUMBER("HOTEL_BACKLOG", backlog, "1024", 16, 65535,
               "connections that may wait for a thread; more are refused with 503 by nginx"),
	NUMBER("HOTEL_BREAKER_FAILURES", breaker_failures, "5", 1, 1000,
               "failed calls to pay in a row that open the breaker"),
	NUMBER("HOTEL_BREAKER_OPEN_MS", breaker_open_ms, "10000", 100, 3600000,
               "milliseconds before an open breaker lets one probe through"),
	NUMBER("HOTEL_CONSUME_BATCH", consume_batch, "256", 1, 2000,
               "events a worker applies in one transaction at most"),
	TEXT("HOTEL_CURRENCY", currency, "KRW", "ISO 4217 code of every price"),
	TEXT("HOTEL_DB_HOST", db_host, "",
             "the address of MariaDB; empty: HOTEL_DB_SOCKET is used"),
	TEXT("HOTEL_DB_NAME", db_name, "", "the context's database"),
	SECRET("HOTEL_DB_PASSWORD", db_password, "the context's password at MariaDB"),
	NUMBER("HOTEL_DB_POOL", db_pool, "6", 1, 200,
               "connections to MariaDB a process keeps at most"),
	NUMBER("HOTEL_DB_PORT", db_port, "3306", 1, 65535, "the port of MariaDB"),
	TEXT("HOTEL_DB_SOCKET", db_socket, "", "the path of MariaDB's unix socket"),
	TEXT("HOTEL_DB_USER", db_user, "", "the context's user at MariaDB"),
	NUMBER("HOTEL_DB_WAIT_MS", db_wait_ms, "3000", 10, 60000,
               "milliseconds a request waits for a free connection, then 503"),
	CHOICE("HOTEL_DELIVERY", delivery, "on", onoff_names,
               "off: no mail and no webhook leaves; what waits goes on waiting, as in a copy of a "
               "system"),
	NUMBER("HOTEL_DELIVERY_DAYS", delivery_days, "30", 0, 3650,
               "days that ended mails and webhooks are kept, and the events they are made from; 0: "
               "as long as notifications"),
	NUMBER("HOTEL_DELIVERY_LEASE_S", delivery_lease_s, "60", 2, 600,
               "seconds a sender may have a destination before another may take it"),
	NUMBER("HOTEL_DELIVERY_RETRY_MS", delivery_retry_ms, "5000", 100, 3600000,
               "milliseconds before a failed delivery is tried again; doubled each time, up to an "
               "hour"),
	NUMBER("HOTEL_DELIVERY_TIMEOUT_MS", delivery_timeout_ms, "10000", 100, 60000,
               "milliseconds one try of a mail or webhook may take"),
	NUMBER("HOTEL_DELIVERY_TRY_S", delivery_try_s, "86400", 1, 86400,
               "seconds a delivery is tried for, then it has failed"),
	CHOICE("HOTEL_DEMO", demo, "off", onoff_names,
               "on: the payment tokens tok_decline, tok_slow, tok_error and tok_hang are accepted"),
	NUMBER("HOTEL_GUEST_PENDING_LIMIT", guest_pending_limit, "20", 1, 1000000,
               "unpaid holds one guest may have (guest 0: any number), then 429"),
	NUMBER("HOTEL_HISTORY_DAYS", history_days, "30", 1, 3650,
               "days that events are kept in the stream history"),
	NUMBER("HOTEL_HISTORY_MB", history_mb, "4000", 1, 1000000,
               "megabytes that history may take; the oldest goes, in pieces of 500"),
	NUMBER("HOTEL_HOLD_S", hold_s, "900", 1, 86400,
               "seconds the nights of an unpaid book are kept"),
	NUMBER("HOTEL_IDEMPOTENCY_HOURS", idempotency_hours, "24", 24, 8760,
               "hours that an Idempotency-Key is kept at least"),
	TEXT("HOTEL_INTERNAL_SOCKET", internal_socket, "",
             "the path of nginx's internal unix socket; empty: HOTEL_INTERNAL_URL is connected to"),
	TEXT("HOTEL_INTERNAL_URL", internal_url, "http://hotel",
             "the internal listener that leads to the other services"),
	CHOICE("HOTEL_LANGUAGE", language, "en", language_names,
               "the language of notifications for a recipient who has chosen none: ko or en"),
	TEXT("HOTEL_LISTEN", listen, "127.0.0.1", "the address that nginx publishes"),
	NUMBER("HOTEL_LIVE_S", live_s, "15", 0, 3600,
               "seconds a process may leave /livez unanswered, then it is killed; 0: for ever"),
	CHOICE("HOTEL_LOG_LEVEL", log_level, "info", level_names,
               "the least level that is logged: debug, info, warn or error"),
	TEXT("HOTEL_MAIL_FROM", mail_from, "",
             "the address that mails are from; needed with HOTEL_SMTP_URL"),
	NUMBER("HOTEL_NIGHT_DAYS", night_days, "365", 0, 3650,
               "days that the nights of past stays are kept; their bookings are for ever; 0: so "
               "are the nights"),
	NUMBER("HOTEL_NOTIFICATION_DAYS", notification_days, "365", 0, 3650,
               "days that notifications are kept; of what is older nobody is told; 0: for ever"),
	CHOICE("HOTEL_PAST_DATES", past_dates, "refuse", past_names,
               "allow: stays in the past are taken, for tests and imports"),
	NUMBER("HOTEL_PAY_CONCURRENCY_PERCENT", pay_concurrency_percent, "50", 1, 100,
               "share of the threads that may be inside pay; further calls wait, then defer"),
	CHOICE("HOTEL_PAY_FALLBACK", pay_fallback, "defer", fallback_names,
               "what a book is when pay cannot be called: defer, held and paid later; or refuse"),
	NUMBER("HOTEL_PAY_TIMEOUT_MS", pay_timeout_ms, "2000", 50, 60000,
               "milliseconds a call to pay may take"),
	TEXT("HOTEL_PAY_URL", pay_url, "", "where pay is; empty: behind the internal listener"),
	NUMBER("HOTEL_PAY_WAIT_MS", pay_wait_ms, "100", 0, 10000,
               "milliseconds to wait for a place inside pay, then the book is deferred"),
	NUMBER("HOTEL_PENDING_LIMIT", pending_limit, "1000", 1, 10000000,
               "unpaid holds of all guests, then 503"),
	TEXT("HOTEL_PROCESSES", processes, "",
             "how many processes, such as fcgi-book=3 worker-alarm=2 or book=3 for both; else a "
             "service has 2, a worker 1; 8 at most"),
	TEXT("HOTEL_PROGRAM_SOCKET", program_socket, "",
             "where FastCGI is spoken: unix:PATH or HOST:PORT; empty: inherited as descriptor 0"),
	NUMBER("HOTEL_READY_S", ready_s, "30", 1, 600,
               "seconds a new version may take to become ready; then the old one goes on"),
	NUMBER("HOTEL_READ_TIMEOUT_MS", read_timeout_ms, "5000", 100, 60000,
               "milliseconds a peer may be silent in the middle of a request"),
	NUMBER("HOTEL_RELAY_IN_FLIGHT", relay_in_flight, "256", 1, 4096,
               "events published and not yet confirmed"),
	NUMBER("HOTEL_RELAY_LEASE_S", relay_lease_s, "15", 1, 600,
               "seconds a relay may sit on claimed outbox rows before another may take them"),
	NUMBER("HOTEL_REQUEST_TIMEOUT_MS", request_timeout_ms, "10000", 100, 120000,
               "milliseconds a request may take; a thread in one for twice as long is stuck"),
	NUMBER("HOTEL_ROUND_TIMEOUT_MS", round_timeout_ms, "300000", 1000, 3600000,
               "milliseconds a worker's thread may be at one piece of work; longer is stuck"),
	TEXT("HOTEL_RUN_DIR", run_dir, "/tmp",
             "the folder of the memory that a program's processes share"),
	SECRET("HOTEL_SERVICE_TOKEN", service_token,
               "what services show each other at the internal listener"),
	NUMBER("HOTEL_SETTLE_INTERVAL_MS", settle_interval_ms, "1000", 50, 5000,
               "milliseconds between the settler's looks at unpaid holds"),
	TEXT("HOTEL_SMTP_CA_FILE", smtp_ca_file, "",
             "whom the mail server's certificate may be from, a file of PEM; empty: the system's"),
	SECRET("HOTEL_SMTP_PASSWORD", smtp_password, "the password at the mail server"),
	CHOICE("HOTEL_SMTP_TLS", smtp_tls, "try", tls_names,
               "STARTTLS at an smtp:// server: off; try: if it offers it; require: with a valid "
               "certificate or not at all"),
	TEXT("HOTEL_SMTP_URL", smtp_url, "",
             "the mail server: smtp://HOST:PORT, or smtps://HOST:PORT; empty: no e-mail"),
	TEXT("HOTEL_SMTP_USER", smtp_user, "",
             "the user at the mail server; empty: none is needed"),
	NUMBER("HOTEL_THREADS", threads, "16", 1, 512, "requests a process works on at once"),
	TEXT("HOTEL_TIMEZONE", timezone, "Asia/Seoul", "where a day begins"),
	CHOICE("HOTEL_WEBHOOK_PRIVATE", webhook_private, "refuse", private_names,
               "allow: webhooks may go to loopback, private and link-local addresses"),
};

const size_t settings_count = ARRAY_SIZE(settings_items);

/* What ./hotel reads and the programs do not. */
static const char *const command_settings[] = {"HOTEL_METRICS_PORT", "HOTEL_PORT", "HOTEL_STATE",
                                               NULL};

static enum err
mail_check(const struct settings *settings, struct buf *ret_faults)
{
	enum err err = OK;
	const char *url = settings->smtp_url;
	if (!*url)
		return OK;
	if (strncmp(url, "smtp://", 7) != 0 && strncmp(url, "smtps://", 8) != 0)
		err = buf_addf(ret_faults,
		               "HOTEL_SMTP_URL=\"%s\" begins with neither smtp:// nor smtps://\n",
		               url);
	if (err == OK && !email_is_valid(settings->mail_from))
		err = buf_addf(ret_faults,
		               "HOTEL_MAIL_FROM=\"%s\" is no e-mail address; HOTEL_SMTP_URL "
		               "needs one to send from\n",
		               settings->mail_from);
	if (err == OK && *settings->smtp_ca_file && access(settings->smtp_ca_file, R_OK))
		err = buf_addf(ret_faults, "HOTEL_SMTP_CA_FILE=\"%s\" cannot be read\n",
		               settings->smtp_ca_file);
	if (err == OK && settings->delivery_lease_s * 1000 < 2 * settings->delivery_timeout_ms)
		err = buf_addf(ret_faults, "HOTEL_DELIVERY_LEASE_S has to be at least twice "
		                           "HOTEL_DELIVERY_TIMEOUT_MS\n");
	return err;
}

static enum err
url_check(const char *name, const char *url, struct buf *ret_faults)
{
	if (!*url || !strncmp(url, "http://", 7) || !strncmp(url, "https://", 8))
		return OK;
	return buf_addf(ret_faults, "%s=\"%s\" begins with neither http:// nor https://\n", name,
	                url);
}

static enum err
whole_check(const struct settings *settings, struct buf *ret_faults)
{
	enum err err = OK;
	const char *listen = settings->listen;
	if (settings->auth == AUTH_OFF && strncmp(listen, "127.", 4) != 0 &&
	    strcmp(listen, "::1") != 0 && strcmp(listen, "localhost") != 0)
		err = buf_addf(
			ret_faults,
			"HOTEL_AUTH=off needs a loopback HOTEL_LISTEN, not \"%s\": everybody "
			"could act as anybody\n",
			listen);
	if (err == OK && settings->auth == AUTH_ON)
		err = buf_addf(ret_faults, "HOTEL_AUTH=on needs accounts, which this version does "
		                           "not have; set it to off\n");
	if (err == OK && timezone_use(settings->timezone) != OK)
		err = buf_addf(ret_faults,
		               "HOTEL_TIMEZONE=\"%s\" is not a time zone of this system (Debian "
		               "package tzdata)\n",
		               settings->timezone);
	if (err == OK && strspn(settings->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
		err = buf_addf(ret_faults, "HOTEL_CURRENCY=\"%s\" is not three capital letters\n",
		               settings->currency);
	if (err == OK)
		err = url_check("HOTEL_INTERNAL_URL", settings->internal_url, ret_faults);
	if (err == OK)
		err = url_check("HOTEL_PAY_URL", settings->pay_url, ret_faults);
	return err == OK ? mail_check(settings, ret_faults) : err;
}

enum err
settings_read(char *const environment[], struct settings *ret_settings, struct buf *ret_faults)
{
	struct settings settings = {0};
	enum err err = conf_read(settings_items, settings_count, "HOTEL_", command_settings,
	                         environment, &settings, ret_faults);
	if (err != OK && err != ERR_INVALID)
		return err;
	err = whole_check(&settings, ret_faults);
	if (err != OK)
		return err;
	if (ret_faults->len)
		return ERR_INVALID;
	*ret_settings = settings;
	return OK;
}

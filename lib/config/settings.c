/* SPDX-License-Identifier: MIT */
/* settings - every HOTEL_* variable that a program reads. */
#include "config/settings.h"

#include "base/day.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/money.h"
#include "domain/account/oidc.h"
#include "domain/audit.h"

#include <string.h>
#include <unistd.h>

static const char *const onoff_names[] = {[OFF] = "off", [ON] = "on", NULL};
static const char *const hosts_names[] = {[HOSTS_CLOSED] = "closed", [HOSTS_OPEN] = "open", NULL};
static const char *const fallback_names[] = {
	[FALLBACK_DEFER] = "defer", [FALLBACK_REFUSE] = "refuse", NULL};
static const char *const past_names[] = {[PAST_REFUSE] = "refuse", [PAST_ALLOW] = "allow", NULL};
static const char *const proxy_names[] = {[PROXY_OFF] = "off",
                                          [PROXY_FORWARDED_FOR] = "forwarded-for",
                                          [PROXY_PROTOCOL] = "proxy-protocol",
                                          NULL};
static const char *const client_price_names[] = {
	[CLIENT_PRICE_CHECK] = "check", [CLIENT_PRICE_IGNORE] = "ignore", NULL};
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
	TEXT("HOTEL_ACCESS_KEY_FILE", access_key_file, "",
             "private key that access tokens are signed with; empty: none are issued"),
	TEXT("HOTEL_ADMIN_SOCKET", admin_socket, "",
             "address of /livez, /readyz and /metrics: unix:PATH or HOST:PORT; empty: none"),
	TEXT("HOTEL_ALARM_PREFIX", alarm_prefix, "",
             "first words of every notification; empty: Hello or 안녕하세요, by its language"),
	NUMBER("HOTEL_AMQP_HEARTBEAT_S", amqp_heartbeat_s, "10", 2, 300,
               "seconds between heartbeats to RabbitMQ; after two missed ones the connection is "
               "closed"),
	TEXT("HOTEL_AMQP_HOST", amqp_host, "127.0.0.1", "host of RabbitMQ"),
	SECRET("HOTEL_AMQP_PASSWORD", amqp_password, "password of the worker's user at RabbitMQ"),
	NUMBER("HOTEL_AMQP_PORT", amqp_port, "5672", 1, 65535, "port of RabbitMQ"),
	TEXT("HOTEL_AMQP_USER", amqp_user, "", "the worker's user at RabbitMQ"),
	TEXT("HOTEL_AMQP_VHOST", amqp_vhost, "/", "virtual host at RabbitMQ"),
	NUMBER("HOTEL_AUDIT_DAYS", audit_days, "365", 0, 3650,
               "days to keep the audit, who did what from where: at least 30; 0: for ever"),
	CHOICE("HOTEL_AUTH", auth, "off", onoff_names,
               "off: a request without credentials is who it says it is; accepted with a loopback "
               "HOTEL_LISTEN only. on: it is nobody"),
	NUMBER("HOTEL_BACKLOG", backlog, "1024", 16, 65535,
               "connections that may wait for a thread; nginx answers 503 to further ones"),
	TEXT("HOTEL_BACKUP_KEY_FILE", backup_key_file, "",
             "file of age's public keys for which backups are encrypted; empty: they are not"),
	SECRET("HOTEL_BOOKING_KEY", booking_key,
               "secret that the keys of bookings are made with; empty: bookings have none"),
	NUMBER("HOTEL_BREAKER_FAILURES", breaker_failures, "5", 1, 1000,
               "failed calls to pay in a row that open the circuit breaker"),
	NUMBER("HOTEL_BREAKER_OPEN_MS", breaker_open_ms, "10000", 100, 3600000,
               "milliseconds until an open circuit breaker lets one probe through"),
	NUMBER("HOTEL_CLIENT_CONNECTIONS", client_connections, "200", 1, 10000,
               "connections that one address may have at a time, further ones are closed; and its "
               "requests at a time, then 429"),
	CHOICE("HOTEL_CLIENT_PRICE", client_price, "check", client_price_names,
               "the price in a request to book: check (it must be the server's) or ignore"),
	NUMBER("HOTEL_CLIENT_RATE", client_rate, "50", 1, 100000,
               "requests per second of one address, with bursts of twice as many, then 429"),
	NUMBER("HOTEL_CONNECTION_S", connection_s, "3600", 1, 86400,
               "seconds until nginx replaces its workers and so ends older connections, slow "
               "bodies among them"),
	NUMBER("HOTEL_CONSUME_BATCH", consume_batch, "256", 1, 2000,
               "maximum number of events that a worker applies in one transaction"),
	NUMBER("HOTEL_CONTACT_DAYS", contact_days, "0", 0, 3650,
               "days after a stay until the name, e-mail and telephone number of its guest are "
               "erased; 0: they are kept"),
	CHOICE("HOTEL_CORE_DUMPS", core_dumps, "off", onoff_names,
               "on: a program that crashes may leave a core dump, which has secrets and names in "
               "it; for the search for faults"),
	TEXT("HOTEL_CURRENCY", currency, "KRW", "ISO 4217 code of all prices, such as KRW or EUR"),
	TEXT("HOTEL_DB_HOST", db_host, "", "host of MariaDB; empty: HOTEL_DB_SOCKET is used"),
	TEXT("HOTEL_DB_NAME", db_name, "", "database of the context"),
	SECRET("HOTEL_DB_PASSWORD", db_password, "password of the context's user at MariaDB"),
	NUMBER("HOTEL_DB_POOL", db_pool, "6", 1, 200,
               "maximum number of connections to MariaDB per process"),
	NUMBER("HOTEL_DB_PORT", db_port, "3306", 1, 65535, "port of MariaDB"),
	TEXT("HOTEL_DB_SOCKET", db_socket, "", "path of MariaDB's unix socket"),
	TEXT("HOTEL_DB_USER", db_user, "", "the context's user at MariaDB"),
	NUMBER("HOTEL_DB_WAIT_MS", db_wait_ms, "3000", 10, 60000,
               "milliseconds a request waits for a free connection, then 503"),
	CHOICE("HOTEL_DELIVERY", delivery, "on", onoff_names,
               "off: no mail and no webhook is sent, for copies of a system; waiting ones keep "
               "waiting"),
	NUMBER("HOTEL_DELIVERY_DAYS", delivery_days, "30", 0, 3650,
               "days to keep finished mails and webhooks and their events; 0: as long as "
               "notifications"),
	NUMBER("HOTEL_DELIVERY_LEASE_S", delivery_lease_s, "60", 2, 600,
               "seconds a sender may keep a destination before another may claim it"),
	NUMBER("HOTEL_DELIVERY_RETRY_MS", delivery_retry_ms, "5000", 100, 3600000,
               "milliseconds until a failed delivery is retried; doubled each time, up to an hour"),
	NUMBER("HOTEL_DELIVERY_TIMEOUT_MS", delivery_timeout_ms, "10000", 100, 60000,
               "timeout of one attempt to send a mail or webhook, in milliseconds"),
	NUMBER("HOTEL_DELIVERY_TRY_S", delivery_try_s, "86400", 1, 86400,
               "seconds during which a delivery is retried, then it has failed"),
	CHOICE("HOTEL_DEMO", demo, "off", onoff_names,
               "on: accepts the payment tokens tok_decline (declined), tok_slow (approved after a "
               "second), tok_error (fails) and tok_hang (approved, but not answered)"),
	TEXT("HOTEL_ERASED_FILE", erased_file, "",
             "file that a worker appends the list of what was erased to; empty: the list waits"),
	NUMBER("HOTEL_GUEST_PENDING_LIMIT", guest_pending_limit, "20", 1, 1000000,
               "maximum number of unpaid holds of one guest, then 429 (guest 0: of one network or "
               "contact, unless HOTEL_AUTH=off)"),
	NUMBER("HOTEL_HISTORY_DAYS", history_days, "30", 1, 3650,
               "days to keep events in the stream history"),
	NUMBER("HOTEL_HISTORY_MB", history_mb, "4000", 1, 1000000,
               "maximum size of history in megabytes; the oldest events are deleted in segments of "
               "500"),
	NUMBER("HOTEL_HOLD_S", hold_s, "900", 1, 86400,
               "seconds an unpaid booking keeps its nights"),
	CHOICE("HOTEL_HOSTS", hosts, "closed", hosts_names,
               "who may sign up as a host: open (everybody) or closed (operators give the role)"),
	NUMBER("HOTEL_IDEMPOTENCY_HOURS", idempotency_hours, "24", 24, 8760,
               "hours to keep an Idempotency-Key, at least"),
	TEXT("HOTEL_INTERNAL_SOCKET", internal_socket, "",
             "path of nginx's internal unix socket; empty: connect to HOTEL_INTERNAL_URL"),
	TEXT("HOTEL_INTERNAL_URL", internal_url, "http://hotel",
             "URL of the internal listener, which leads to the other services"),
	TEXT("HOTEL_ISSUER", issuer, "http://localhost:8080",
             "issuer of access tokens, a URL: that of this system while HOTEL_URL is empty"),
	TEXT("HOTEL_KEY_DIR", key_dir, "",
             "folder of the public keys by which tokens are verified, NAME.jwks for each issuer"),
	CHOICE("HOTEL_LANGUAGE", language, "en", language_names,
               "language of notifications for people whose language is unknown: ko or en"),
	TEXT("HOTEL_LINK_URL", link_url, "http://127.0.0.1:8080",
             "address that links in mails lead to while HOTEL_URL is empty"),
	TEXT("HOTEL_LISTEN", listen, "127.0.0.1", "address that nginx listens on"),
	NUMBER("HOTEL_LIVE_S", live_s, "15", 0, 3600,
               "seconds without an answer to /livez before a process is killed; 0: never"),
	CHOICE("HOTEL_LOG_LEVEL", log_level, "info", level_names,
               "lowest level that is logged: debug, info, warn or error"),
	TEXT("HOTEL_MAIL_FROM", mail_from, "",
             "sender address of mails; required with HOTEL_SMTP_URL"),
	TEXT("HOTEL_NEAR", near, "127.0.0.0/8 ::1",
             "networks whose clients are not limited in number and rate"),
	NUMBER("HOTEL_NIGHT_DAYS", night_days, "365", 0, 3650,
               "days to keep the nights of past stays (bookings are kept without limit); 0: "
               "without limit"),
	NUMBER("HOTEL_NOTIFICATION_DAYS", notification_days, "365", 0, 3650,
               "days to keep notifications; none is created for older events; 0: without limit"),
	TEXT("HOTEL_OIDC_AUDIENCE", oidc_audience, "",
             "aud of tokens of HOTEL_OIDC_ISSUER that programs exchange for access tokens of the "
             "account they are linked to; empty: none are"),
	TEXT("HOTEL_OIDC_CLIENT", oidc_client, "",
             "our client_id at HOTEL_OIDC_ISSUER, whose redirect URI is HOTEL_URL with "
             "/accounts/oidc/callback"),
	TEXT("HOTEL_OIDC_ISSUER", oidc_issuer, "",
             "OpenID provider at which people may sign in as well: its issuer, an https:// URL; "
             "empty: none"),
	TEXT("HOTEL_OIDC_NAME", oidc_name, "",
             "what people call that provider; empty: the host of its issuer"),
	TEXT("HOTEL_OIDC_ROLES_CLAIM", oidc_roles_claim, "",
             "claim of such a token that names the roles it is for, guest and host, of those of "
             "the account; empty: it is for all of them"),
	SECRET("HOTEL_OIDC_SECRET", oidc_secret,
               "our client secret there; empty: a public client, with PKCE alone"),
	SECRET("HOTEL_OTP_KEY", otp_key,
               "secret that the keys of one-time codes are encrypted with; empty: they are not"),
	CHOICE("HOTEL_PAST_DATES", past_dates, "refuse", past_names,
               "allow: stays in the past are accepted, for tests and imports"),
	NUMBER("HOTEL_PAY_CONCURRENCY_PERCENT", pay_concurrency_percent, "50", 1, 100,
               "share of the threads that may call pay at once; further calls wait while pay "
               "answers"),
	CHOICE("HOTEL_PAY_FALLBACK", pay_fallback, "defer", fallback_names,
               "when pay cannot be called: defer (hold the nights, pay later) or refuse"),
	NUMBER("HOTEL_PAY_TIMEOUT_MS", pay_timeout_ms, "2000", 50, 60000,
               "timeout of a call to pay, in milliseconds"),
	TEXT("HOTEL_PAY_URL", pay_url, "", "URL of pay; empty: through the internal listener"),
	NUMBER("HOTEL_PAY_WAIT_MS", pay_wait_ms, "500", 0, 10000,
               "milliseconds without an answer of pay after which who waits to call it is "
               "deferred"),
	NUMBER("HOTEL_PENDING_LIMIT", pending_limit, "1000", 1, 10000000,
               "maximum number of unpaid holds of all guests while pay cannot be called, then 503"),
	TEXT("HOTEL_PROCESSES", processes, "",
             "number of processes, such as fcgi-book=3 worker-alarm=2, or book=3 for both; "
             "default: 2 per service, 1 per worker; maximum 8"),
	TEXT("HOTEL_PROGRAM_SOCKET", program_socket, "",
             "FastCGI address: unix:PATH or HOST:PORT; empty: inherited as descriptor 0"),
	CHOICE("HOTEL_PROXY", proxy, "off", proxy_names,
               "how a proxy in front names its client: forwarded-for (X-Forwarded-For) or "
               "proxy-protocol (then every connection begins with it)"),
	TEXT("HOTEL_PROXY_FROM", proxy_from, "",
             "networks of the proxies that are believed; required with HOTEL_PROXY"),
	NUMBER("HOTEL_READY_S", ready_s, "30", 1, 600,
               "seconds a new version has to become ready; otherwise the old one continues"),
	NUMBER("HOTEL_READ_TIMEOUT_MS", read_timeout_ms, "5000", 100, 60000,
               "milliseconds a client may be silent in the middle of a request"),
	NUMBER("HOTEL_RELAY_IN_FLIGHT", relay_in_flight, "256", 1, 4096,
               "maximum number of published events that are not confirmed yet"),
	NUMBER("HOTEL_RELAY_LEASE_S", relay_lease_s, "15", 1, 600,
               "seconds a relay may keep claimed outbox rows before another may claim them"),
	NUMBER("HOTEL_REQUEST_TIMEOUT_MS", request_timeout_ms, "10000", 100, 120000,
               "milliseconds a request may take; a thread that needs twice as long is stuck"),
	NUMBER("HOTEL_ROUND_TIMEOUT_MS", round_timeout_ms, "300000", 1000, 3600000,
               "milliseconds a worker's thread may take for one unit of work; a longer one is "
               "stuck"),
	TEXT("HOTEL_RUN_DIR", run_dir, "/tmp",
             "folder for memory that the processes of a program share"),
	TEXT("HOTEL_SERVICE_KEY_FILE", service_key_file, "",
             "private key that this context signs its calls of others with; empty: none"),
	SECRET("HOTEL_SERVICE_TOKEN", service_token,
               "secret by which services of the version before authenticate; empty: none is "
               "accepted"),
	NUMBER("HOTEL_SETTLE_INTERVAL_MS", settle_interval_ms, "1000", 50, 5000,
               "interval of the settler in milliseconds"),
	TEXT("HOTEL_SMTP_CA_FILE", smtp_ca_file, "",
             "PEM file of the authorities for the mail server's certificate; empty: the system's"),
	SECRET("HOTEL_SMTP_PASSWORD", smtp_password, "password at the mail server"),
	CHOICE("HOTEL_SMTP_TLS", smtp_tls, "try", tls_names,
               "STARTTLS at an smtp:// server: off; try: if offered; require: with a valid "
               "certificate only"),
	TEXT("HOTEL_SMTP_URL", smtp_url, "",
             "URL of the mail server: smtp://HOST:PORT or smtps://HOST:PORT, with /NAME for "
             "another "
             "name in EHLO than the domain of HOTEL_MAIL_FROM; empty: no e-mail"),
	TEXT("HOTEL_SMTP_USER", smtp_user, "", "user at the mail server; empty: no login"),
	NUMBER("HOTEL_THREADS", threads, "64", 1, 512, "concurrent requests per process"),
	TEXT("HOTEL_TIMEZONE", timezone, "Asia/Seoul", "time zone in which a day begins"),
	TEXT("HOTEL_TLS_CERT", tls_cert, "",
             "PEM file of nginx's certificate with its chain; empty: no TLS"),
	TEXT("HOTEL_TLS_KEY", tls_key, "", "PEM file of its key"),
	TEXT("HOTEL_URL", url, "",
             "public address: https://HOST or https://HOST:PORT; its name is answered beside those "
             "of loopback"),
	CHOICE("HOTEL_WEBHOOK_PRIVATE", webhook_private, "refuse", private_names,
               "allow: webhooks may be sent to any address, also loopback, private, multicast "
               "and reserved ones"),
};

const size_t settings_count = ARRAY_SIZE(settings_items);

/* What ./hotel reads and the programs do not. */
static const char *const command_settings[] = {"HOTEL_HTTP_PORT", "HOTEL_METRICS_PORT",
                                               "HOTEL_PORT", "HOTEL_STATE", NULL};

static enum err
mail_check(const struct settings *settings, struct buf *ret_faults)
{
	enum err err = OK;
	const char *url = settings->smtp_url;
	if (!*url)
		return OK;
	if (strncmp(url, "smtp://", 7) != 0 && strncmp(url, "smtps://", 8) != 0)
		err = buf_addf(ret_faults,
		               "HOTEL_SMTP_URL=\"%s\" does not begin with smtp:// or smtps://\n",
		               url);
	if (err == OK && !email_is_valid(settings->mail_from))
		err = buf_addf(ret_faults,
		               "HOTEL_MAIL_FROM=\"%s\" is not an e-mail address; HOTEL_SMTP_URL "
		               "requires one\n",
		               settings->mail_from);
	if (err == OK && *settings->smtp_ca_file && access(settings->smtp_ca_file, R_OK))
		err = buf_addf(ret_faults, "HOTEL_SMTP_CA_FILE=\"%s\" cannot be read\n",
		               settings->smtp_ca_file);
	if (err == OK && settings->delivery_lease_s * 1000 < 2 * settings->delivery_timeout_ms)
		err = buf_addf(ret_faults, "HOTEL_DELIVERY_LEASE_S must be at least twice "
		                           "HOTEL_DELIVERY_TIMEOUT_MS\n");
	return err;
}

static enum err
url_check(const char *name, const char *url, struct buf *ret_faults)
{
	if (!*url || !strncmp(url, "http://", 7) || !strncmp(url, "https://", 8))
		return OK;
	return buf_addf(ret_faults, "%s=\"%s\" does not begin with http:// or https://\n", name,
	                url);
}

/* Whether the host of a URL, which ends before a port or at its end, is loopback. */
static bool
url_is_loopback(const char *url)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
	const char *host = strstr(url, "://");
	for (size_t i = 0; host && i < ARRAY_SIZE(names); i++) {
		size_t len = strlen(names[i]);
		if (!strncmp(host + 3, names[i], len) && (!host[3 + len] || host[3 + len] == ':'))
			return true;
	}
	return false;
}

/* Tokens of programs: an ID token, which has our client_id as its aud, is none. */
static enum err
oidc_audience_check(const struct settings *settings, struct buf *ret_faults)
{
	if (!*settings->oidc_audience)
		return OK;
	if (!*settings->oidc_issuer)
		return buf_addf(
			ret_faults,
			"HOTEL_OIDC_ISSUER is empty; HOTEL_OIDC_AUDIENCE requires the issuer "
			"of the tokens, or has to be empty, too\n");
	if (strcmp(settings->oidc_audience, settings->oidc_client) == 0)
		return buf_addf(
			ret_faults,
			"HOTEL_OIDC_AUDIENCE=\"%s\" is HOTEL_OIDC_CLIENT, too: ID tokens of "
			"people would count as tokens of programs; choose another name for "
			"this system\n",
			settings->oidc_audience);
	return OK;
}

/* Of an issuer comes the path of its metadata, so it has no query (OpenID Connect Discovery 4). */
static enum err
oidc_check(const struct settings *settings, struct buf *ret_faults)
{
	const char *issuer = settings->oidc_issuer;
	enum err err = oidc_audience_check(settings, ret_faults);
	if (err != OK || !*issuer)
		return err;
	if (!oidc_url_is_allowed(issuer) || strchr(issuer, '?'))
		err = buf_addf(ret_faults,
		               "HOTEL_OIDC_ISSUER=\"%s\" is not an https:// URL without a query; "
		               "http:// is for loopback only\n",
		               issuer);
	if (err == OK && !*settings->oidc_client)
		err = buf_addf(
			ret_faults,
			"HOTEL_OIDC_CLIENT is empty; HOTEL_OIDC_ISSUER requires the client_id "
			"that the provider knows this system by\n");
	return err;
}

static enum err
whole_check(const struct settings *settings, struct buf *ret_faults)
{
	enum err err = OK;
	unsigned decimals;
	const char *listen = settings->listen;
	if (settings->auth == AUTH_OFF && strncmp(listen, "127.", 4) != 0 &&
	    strcmp(listen, "::1") != 0 && strcmp(listen, "localhost") != 0)
		err = buf_addf(
			ret_faults,
			"HOTEL_AUTH=off needs a loopback HOTEL_LISTEN, not \"%s\": every client "
			"could act as every user; set HOTEL_AUTH=on\n",
			listen);
	if (err == OK && settings->auth == AUTH_OFF && *settings->url &&
	    !url_is_loopback(settings->url))
		err = buf_addf(
			ret_faults,
			"HOTEL_AUTH=off needs a loopback HOTEL_URL, not \"%s\": every client "
			"could act as every user; set HOTEL_AUTH=on\n",
			settings->url);
	if (err == OK && !timezone_exists(settings->timezone))
		err = buf_addf(ret_faults,
		               "HOTEL_TIMEZONE=\"%s\" is not the name of a time zone, such as "
		               "Asia/Seoul (Debian package tzdata has them)\n",
		               settings->timezone);
	if (err == OK && currency_decimals(settings->currency, &decimals) != OK)
		err = buf_addf(ret_faults,
		               "HOTEL_CURRENCY=\"%s\" is not an ISO 4217 code of a currency with a "
		               "minor unit, such as KRW or EUR\n",
		               settings->currency);
	if (err == OK)
		err = url_check("HOTEL_INTERNAL_URL", settings->internal_url, ret_faults);
	if (err == OK)
		err = url_check("HOTEL_URL", settings->url, ret_faults);
	if (err == OK)
		err = url_check("HOTEL_PAY_URL", settings->pay_url, ret_faults);
	if (err == OK)
		err = url_check("HOTEL_LINK_URL", settings->link_url, ret_faults);
	if (err == OK && settings->audit_days && settings->audit_days < AUDIT_KEPT_DAYS)
		err = buf_addf(ret_faults, "HOTEL_AUDIT_DAYS must be at least %d, or 0: for ever\n",
		               AUDIT_KEPT_DAYS);
	if (err == OK)
		err = oidc_check(settings, ret_faults);
	return err == OK ? mail_check(settings, ret_faults) : err;
}

_Static_assert(sizeof((struct settings){0}.issuer) == sizeof((struct settings){0}.url),
               "the public address is an issuer");

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
	if (*settings.url)
		memcpy(settings.issuer, settings.url, sizeof(settings.issuer));
	*ret_settings = settings;
	return OK;
}

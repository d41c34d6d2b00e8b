/* SPDX-License-Identifier: MIT */
/*
 * settings - every HOTEL_* variable that a program reads, in one table.
 *
 * The README's table of settings is compared with this one by a test. Times carry their unit in
 * their name. One table serves every program: each uses what it needs.
 */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include "base/conf.h"
#include "domain/alarm/notification.h"

#define TEXT_PREFIX_SIZE 401 /* 100 characters */

enum onoff { OFF, ON };
enum auth { AUTH_OFF, AUTH_ON };
enum hosts { HOSTS_CLOSED, HOSTS_OPEN };
enum fallback { FALLBACK_DEFER, FALLBACK_REFUSE };
enum proxy_kind { PROXY_OFF, PROXY_FORWARDED_FOR, PROXY_PROTOCOL };
enum past_dates { PAST_REFUSE, PAST_ALLOW };
enum client_price { CLIENT_PRICE_CHECK, CLIENT_PRICE_IGNORE };

enum smtp_tls { SMTP_TLS_OFF, SMTP_TLS_TRY, SMTP_TLS_REQUIRE };
enum webhook_private { WEBHOOK_PRIVATE_REFUSE, WEBHOOK_PRIVATE_ALLOW };

struct settings {
	/* what the business is asked to do */
	char timezone[64];
	char currency[4];
	unsigned past_dates;   /* enum past_dates */
	unsigned client_price; /* enum client_price */
	unsigned demo;         /* enum onoff */
	unsigned auth;         /* enum auth */
	unsigned hosts;        /* enum hosts: who may sign up as a host */
	char link_url[256];    /* where people reach it unless url says it */
	char listen[64];       /* the published address; only to check auth against it */
	char url[256];         /* where others reach it: scheme, host, port; "" = not said */
	unsigned language;     /* enum language: of a recipient who has chosen none */
	char alarm_prefix[TEXT_PREFIX_SIZE];

	/* paying */
	unsigned pay_fallback; /* enum fallback */
	uint32_t pay_timeout_ms, hold_s, pending_limit, guest_pending_limit;
	uint32_t breaker_failures, breaker_open_ms, pay_concurrency_percent, pay_wait_ms;
	uint32_t settle_interval_ms;

	/* delivering */
	unsigned delivery;  /* enum onoff: whether anything is sent at all */
	char smtp_url[128]; /* "" = no e-mail */
	char smtp_user[128], smtp_password[128];
	unsigned smtp_tls;      /* enum smtp_tls */
	char smtp_ca_file[128]; /* "" = the system's */
	char mail_from[EMAIL_SIZE];
	unsigned webhook_private; /* enum webhook_private */
	uint32_t delivery_timeout_ms, delivery_lease_s, delivery_retry_ms, delivery_try_s;

	/* how long things are kept; days of 0 are for ever */
	uint32_t idempotency_hours, night_days, contact_days, notification_days, delivery_days,
		audit_days;

	/* what ./hotel does itself */
	char processes[512];
	char backup_key_file[256];
	uint32_t ready_s, live_s;
	char near[512], proxy_from[512], tls_cert[256], tls_key[256];
	unsigned proxy; /* enum proxy_kind */
	uint32_t client_connections, client_rate, connection_s;

	/* what the broker keeps; ./hotel tells it */
	uint32_t history_days, history_mb;

	/* the process */
	char program_socket[128]; /* "" = inherited as fd 0 */
	char admin_socket[128];
	char run_dir[128]; /* memory shared by a program's processes: the breaker */
	uint32_t threads, backlog, request_timeout_ms, read_timeout_ms, round_timeout_ms;
	unsigned log_level;  /* enum log_level */
	unsigned core_dumps; /* enum onoff: whether the kernel may write the memory to a file */

	/* the other parts */
	char db_socket[128], db_host[128], db_name[64], db_user[64], db_password[128];
	uint32_t db_port, db_pool, db_wait_ms;
	char amqp_host[128], amqp_vhost[64], amqp_user[64], amqp_password[128];
	uint32_t amqp_port, amqp_heartbeat_s, relay_in_flight, relay_lease_s, consume_batch;
	char internal_socket[128], internal_url[128], pay_url[128];
	char service_token[128];

	/* by what callers are known */
	char issuer[256];           /* iss of access tokens: the URL of this system */
	char key_dir[128];          /* of the public keys, a file for each issuer */
	char service_key_file[128]; /* the private key of this context; "" = it calls no other */
	char access_key_file[128];  /* the private key of access tokens; "" = it issues none */
	char erased_file[256];      /* the list of what was erased; "" = it waits in the database */
	char oidc_issuer[256];      /* where people sign in as well; "" = nowhere */
	char oidc_client[256], oidc_secret[256], oidc_name[TEXT_PREFIX_SIZE];
	char oidc_audience[256];    /* of tokens of programs; "" = none are exchanged */
	char oidc_roles_claim[128]; /* which names the roles of such a token; "" = it has all */
	char otp_key[128];     /* seals keys of one-time codes; "" = they are stored as they are */
	char booking_key[128]; /* the secret of the keys of bookings; "" = there are none */
};

extern const struct conf_item settings_items[];
extern const size_t settings_count;

/*
 * Reads and checks the environment. Besides the single values it checks that AUTH=off is used only
 * with a loopback address, and that the time zone exists. ERR_INVALID: ret_faults has one line per
 * fault.
 */
MUST_CHECK enum err settings_read(char *const environment[], struct settings *ret_settings,
                                  struct buf *ret_faults);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * app - a program's composition: its settings and the ports it was given.
 *
 * Built once by main() before there are threads, then read only. A program fills in what its use
 * cases need and leaves the rest NULL.
 */
#ifndef APP_APP_H
#define APP_APP_H

#include "app/ports.h"
#include "config/settings.h"

struct delivery_pool;
struct settler;
struct purged;

struct app {
	const struct settings *settings;
	instant_t (*now)(void); /* the clock that says which day is today */

	const struct room_store *rooms;
	const struct book_store *books;
	const struct payment_store *payments;
	const struct mypage_store *mypages;
	const struct notification_store *notifications;
	const struct delivery_store *deliveries;
	const struct account_store *accounts;
	const struct session_store *sessions;
	const struct account_mail_queue *account_mails;
	const struct identity_store *identities;
	const struct outbox *outbox;
	const struct erased_notes *erased_notes;
	const struct erased_list *erased_list;
	const struct audit *audit;
	struct audit_paces *audit_paces;

	const struct token_issuer *token_issuer;
	const struct token_verifier *token_verifier;
	const struct booking_keys *booking_keys;

	const struct account_mailer *account_mailer;
	const struct account_contexts *account_contexts;
	const struct password_hasher *password_hasher;
	const struct password_guesser *password_guesser;
	const struct one_time_codes *one_time_codes;
	const struct opaque_tokens *opaque_tokens;
	const struct otp_sealer *otp_sealer;
	const struct oidc_provider *oidc_provider; /* NULL: none is configured */
	const struct id_token_reader *id_token_reader;

	const struct acquirer *acquirer;
	const struct pay_client *pay_client;
	const struct room_client *room_client;
	const struct book_client *book_client;
	const struct shared_breaker *pay_breaker;
	const struct shared_breaker *other_breaker; /* in front of pay too, of another program */
	const struct bulkhead *bulkhead;
	const struct channel_sender *senders[CHANNEL_MAX]; /* those that deliver */
	struct delivery_pool *pool;
	struct settler *settler;
	struct purged *purged;
};

/* Today, in the time zone of the settings. */
static inline day_t
app_today(const struct app *app)
{
	return day_at(app->now());
}

#endif

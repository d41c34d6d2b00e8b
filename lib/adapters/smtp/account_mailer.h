/* SPDX-License-Identifier: MIT */
/*
 * account_mailer - sends mails to the owners of accounts, by the same SMTP as notifications.
 */
#ifndef ADAPTERS_SMTP_ACCOUNT_MAILER_H
#define ADAPTERS_SMTP_ACCOUNT_MAILER_H

#include "app/ports.h"

/* What it is made of, which has to outlive it. */
struct account_mailer_options {
	const struct channel_sender *sender; /* of smtp_open() */
	const char *from;
	uint32_t timeout_ms;
};

struct account_mailer account_mailer_smtp(struct account_mailer_options *options);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * smtp - sends mails to a mail server, by libcurl. Connections are kept between mails.
 */
#ifndef ADAPTERS_SMTP_SMTP_H
#define ADAPTERS_SMTP_SMTP_H

#include "app/alarm/ports.h"
#include "config/settings.h"

struct smtp_options {
	const char *url;  /* smtp://host:port or smtps://host:port; "": mail is disabled */
	const char *from; /* the sender's address; see client_name.h */
	const char *user, *password; /* "": no login */
	const char *ca_file;         /* "": the system's certificate authorities */
	enum smtp_tls tls;           /* STARTTLS at smtp://; smtps:// is always verified */
};

/* The sender of e-mail. Without a url it sends nothing, and deliveries from before wait on. The
 * options are copied. libcurl has to be initialised. ERR_MEMORY; ERR_INVALID: the url is none. */
MUST_CHECK enum err smtp_open(const struct smtp_options *options,
                              struct channel_sender *ret_sender);

/* No mail may be in transfer. Takes one that was never opened. */
void smtp_close(struct channel_sender *sender);

#endif

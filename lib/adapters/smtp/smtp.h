/*
 * smtp - letters to the mail server, by libcurl.
 *
 * Connections are kept between letters. smtps:// is verified; at smtp:// STARTTLS is used as
 * HOTEL_SMTP_TLS says.
 */
#ifndef ADAPTERS_SMTP_SMTP_H
#define ADAPTERS_SMTP_SMTP_H

#include "app/alarm/ports.h"
#include "config/settings.h"

/*
 * The sender of e-mail. Without HOTEL_SMTP_URL it carries nothing: what waits from before waits
 * on. libcurl has to be initialised (http_start()). ERR_MEMORY.
 */
MUST_CHECK enum err smtp_open(const struct settings *settings, struct channel_sender *ret_sender);

/* Nobody may be at work. Takes one that was never opened. */
void smtp_close(struct channel_sender *sender);

#endif

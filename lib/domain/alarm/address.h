/* SPDX-License-Identifier: MIT */
/*
 * address - the syntax of e-mail addresses and webhook URLs, and the destination of a delivery.
 */
#ifndef DOMAIN_ALARM_ADDRESS_H
#define DOMAIN_ALARM_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define URL_SIZE         513
#define DESTINATION_SIZE 270

/* Whether it is one address that may be written into a mail header unquoted. */
bool email_is_valid(const char *text);

/* Whether two addresses differ at most in upper and lower case. */
bool email_is_same(const char *one, const char *other);

/* Whether it has the form of a webhook URL: http or https, a host, perhaps a port; no user, no
 * blanks. Which addresses may be called is decided in adapters/webhook/public_address.h. */
bool webhook_url_is_valid(const char *url);

/*
 * The destination of a delivery, which is the unit of claims and of pauses: for a webhook the
 * scheme, host and port of its URL; for a mail one of a few lanes of its kind to the mail server,
 * chosen by the notification's id.
 */
void webhook_destination(const char *url, char ret_destination[DESTINATION_SIZE]);
void email_destination(const char *lane, uint64_t notification_id,
                       char ret_destination[DESTINATION_SIZE]);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * mime - a mail as bytes (RFC 5322, 2045 to 2047): text and HTML in base64, and the stay as a
 * calendar attachment.
 *
 * The same mail gives the same bytes, Message-ID and Date included. Lines are shorter than 80 bytes
 * except for those with addresses. No user input can end a line or start a header: texts are
 * encoded, addresses are validated.
 */
#ifndef ADAPTERS_SMTP_MIME_H
#define ADAPTERS_SMTP_MIME_H

#include "app/alarm/mail.h"
#include "base/buf.h"

#define MAIL_BYTES_MAX 65536u

/* Appends the mail. ERR_INVALID: an address is not valid. ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err mail_write(const struct mail *mail, struct buf *to);

#endif

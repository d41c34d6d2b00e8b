/*
 * mime - a letter as bytes (RFC 5322, 2045 to 2047): text and HTML in base64, and the stay for the
 * calendar beside them.
 *
 * The same letter gives the same bytes, Message-ID and Date included. Every line is shorter than 80
 * bytes but for addresses, and nothing that a user wrote can end a line or begin a header: texts
 * are encoded, addresses were checked.
 */
#ifndef ADAPTERS_SMTP_MIME_H
#define ADAPTERS_SMTP_MIME_H

#include "app/alarm/mail.h"
#include "base/buf.h"

#define MAIL_BYTES_MAX 65536u

/* Appends the letter. ERR_INVALID: an address is none. ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err mail_write(const struct mail *mail, struct buf *to);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * client_name - the name by which a mail server is greeted (EHLO; RFC 5321, 4.1.1.1): a name that is
 * fully qualified, or the client's address in brackets.
 */
#ifndef ADAPTERS_SMTP_CLIENT_NAME_H
#define ADAPTERS_SMTP_CLIENT_NAME_H

#include "base/err.h"

#include <stddef.h>

/*
 * Writes the URL of a mail server with the name in its path, which is where libcurl takes it from. A
 * path in the URL that was given stays: "smtp://mx.example.org/hotel.example.org". Without one the
 * name is the domain of the sender's address, or, if that has no dot, the address of this machine
 * that leads to the server. ERR_INVALID: no URL, or too long. ERR_MEMORY.
 */
MUST_CHECK enum err smtp_url_with_name(const char *url, const char *from, char *ret_url,
                                       size_t size);

#endif

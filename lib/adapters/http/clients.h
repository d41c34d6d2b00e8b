/* SPDX-License-Identifier: MIT */
/*
 * clients - the ports to other contexts, over HTTP. One open function a port; each adapter keeps a
 * client of its own in self and is closed by the function beside it.
 */
#ifndef ADAPTERS_HTTP_CLIENTS_H
#define ADAPTERS_HTTP_CLIENTS_H

#include "adapters/http/client.h"
#include "app/ports.h"

/* ERR_MEMORY; ERR_TOO_LARGE: URL, socket or token is too long. */
MUST_CHECK enum err pay_client_open(const struct http_options *options,
                                    struct pay_client *ret_client);
void pay_client_close(struct pay_client *client);

MUST_CHECK enum err room_client_open(const struct http_options *options,
                                     struct room_client *ret_client);
void room_client_close(struct room_client *client);

MUST_CHECK enum err book_client_open(const struct http_options *options,
                                     struct book_client *ret_client);
void book_client_close(struct book_client *client);

MUST_CHECK enum err account_contexts_open(const struct http_options *options,
                                          struct account_contexts *ret_contexts);
void account_contexts_close(struct account_contexts *contexts);

#endif

/*
 * peers - the ports to other contexts, over HTTP. One open function a port; each adapter keeps a
 * client of its own in self and is closed by the function beside it.
 */
#ifndef ADAPTERS_HTTP_PEERS_H
#define ADAPTERS_HTTP_PEERS_H

#include "app/ports.h"
#include "config/settings.h"

/* pay at HOTEL_PAY_URL, else behind the internal listener. ERR_MEMORY. */
MUST_CHECK enum err pay_gateway_open(const struct settings *settings,
                                     struct pay_gateway *ret_gateway);
void pay_gateway_close(struct pay_gateway *gateway);

/* room and book behind the internal listener. ERR_MEMORY. */
MUST_CHECK enum err room_directory_open(const struct settings *settings,
                                        struct room_directory *ret_directory);
void room_directory_close(struct room_directory *directory);

MUST_CHECK enum err book_desk_open(const struct settings *settings, struct book_desk *ret_desk);
void book_desk_close(struct book_desk *desk);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * handlers - the handlers of fcgi-book; each file has the name of its handler.
 */
#ifndef FCGI_BOOK_HANDLERS_H
#define FCGI_BOOK_HANDLERS_H

#include "fcgi/router.h"

handler_fn book_account_erase, book_account_read, book_claim_create, book_claim_list, book_create,
	book_delete, book_list, book_payment, book_read, book_room_close, book_snapshot,
	book_timeline;

#endif

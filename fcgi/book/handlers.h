/*
 * handlers - of fcgi-book, each in the file of its name.
 */
#ifndef FCGI_BOOK_HANDLERS_H
#define FCGI_BOOK_HANDLERS_H

#include "fcgi/router.h"

handler_fn book_create, book_delete, book_list, book_payment, book_read, book_room_close,
	book_snapshot, book_timeline;

#endif

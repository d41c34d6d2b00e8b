/* SPDX-License-Identifier: MIT */
#include "fcgi/mypage/mypage_item.h"

#include "adapters/json/view.h"
#include "fcgi/hal.h"

#include <inttypes.h>

struct json_object *
mypage_item(const struct mypage *mypage)
{
	struct json_object *item;
	if (mypage_view(mypage, &item) != OK)
		return NULL;
	hal_link(&item, "self", "/mypages/%" PRIu64, mypage->book_id);
	hal_link(&item, "book", "/books/%" PRIu64, mypage->book_id);
	return item;
}

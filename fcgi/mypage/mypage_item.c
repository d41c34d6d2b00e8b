/* SPDX-License-Identifier: MIT */
#include "fcgi/mypage/mypage_item.h"

#include "adapters/json/view.h"
#include "fcgi/hal.h"

#include <inttypes.h>

struct json_object *
mypage_item(const struct mypage *mypage, const struct caller *caller)
{
	struct json_object *item;
	if (mypage_view(mypage, &item) != OK)
		return NULL;
	char as[HAL_CALLER_TEXT];
	hal_caller(caller, CALLER_GUEST_OR_HOST, as);
	hal_link(&item, "self", "/mypages/%" PRIu64 "%s", mypage->book_id, as);
	hal_link(&item, "book", "/books/%" PRIu64 "%s", mypage->book_id, as);
	return item;
}

uint64_t
mypage_tag(const struct mypage *mypage)
{
	uint64_t tag = tag_add(0, &mypage->version, sizeof(mypage->version));
	tag = tag_add(tag, &mypage->pay_id, sizeof(mypage->pay_id));
	tag = tag_add(tag, &mypage->pay_status, sizeof(mypage->pay_status));
	tag = tag_add(tag, &mypage->updated_at, sizeof(mypage->updated_at));
	return tag_end(tag_add_text(tag, mypage->room_name));
}

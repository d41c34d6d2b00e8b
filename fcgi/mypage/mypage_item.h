/* SPDX-License-Identifier: MIT */
/*
 * mypage_item - a row of the view, as JSON with links.
 */
#ifndef FCGI_MYPAGE_MYPAGE_ITEM_H
#define FCGI_MYPAGE_MYPAGE_ITEM_H

#include "domain/mypage/mypage.h"

struct json_object;

/* The row with its links. NULL: out of memory. */
struct json_object *mypage_item(const struct mypage *mypage, const struct caller *caller);

/* What tells the states of a row apart: its ETag, a weak one because asOf goes on. */
uint64_t mypage_tag(const struct mypage *mypage);

#endif

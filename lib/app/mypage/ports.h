/* SPDX-License-Identifier: MIT */
/*
 * ports - what mypage needs from outside: its store. What holds for all ports is in app/ports.h.
 */
#ifndef APP_MYPAGE_PORTS_H
#define APP_MYPAGE_PORTS_H

#include "app/paging.h"
#include "app/stay_filter.h"
#include "domain/caller.h"
#include "domain/event.h"
#include "domain/mypage/mypage.h"

enum mypage_sort {
	MYPAGE_SORT_BOOK_ID,
	MYPAGE_SORT_START_DATE,
	MYPAGE_SORT_PRICE,
	MYPAGE_SORT_UPDATED_AT,
	MYPAGE_SORT_MAX
};

struct mypage_list {
	struct caller caller;
	struct stay_filter filter;
	enum book_status status;        /* BOOK_STATUS_MAX: any */
	enum payment_status pay_status; /* PAYMENT_STATUS_MAX: any */
	struct paging paging;
};

struct mypage_store {
	void *self;

	/* Consumer: merges the part of each event that is newer. All events or none. */
	enum err (*merge)(void *self, const struct event events[], size_t n);

	/* ret_as_of: the view has everything that happened until this instant. */
	enum err (*find)(void *self, uint64_t book_id, const struct caller *caller,
	                 struct mypage *ret_mypage, instant_t *ret_as_of);
	enum err (*list)(void *self, const struct mypage_list *list,
	                 void (*visit)(void *arg, const struct mypage *mypage), void *arg,
	                 uint64_t *ret_total, instant_t *ret_as_of);

	/* Notes that every event that was readable at this instant has been merged. */
	enum err (*caught_up)(void *self, instant_t at);
};

#endif

/* SPDX-License-Identifier: MIT */
/*
 * clients_fake - the other contexts as a test wants them: what they answer is scripted, what they
 * were asked is kept.
 */
#ifndef TESTS_FAKES_CLIENTS_FAKE_H
#define TESTS_FAKES_CLIENTS_FAKE_H

#include "app/ports.h"

struct clients_fake {
	/* pay */
	enum err pay_says; /* OK: it answers with pay_status */
	enum payment_status pay_status;
	void (*pay_during)(void *arg); /* what happens elsewhere while pay is being called */
	void *pay_arg;
	struct payment_order pay_asked; /* the last order */
	uint32_t pay_timeout_ms;        /* of the last call */
	unsigned pay_calls;
	enum err ping_says;
	unsigned pings;

	/* room: the offers it knows */
	enum err room_says;
	struct offer room_offer;
	unsigned room_calls;
	uint32_t room_timeout_ms; /* of the last call */

	/* book's desk */
	enum err book_client_says;
	uint64_t book_client_room;
	bool book_client_cancels;
	unsigned book_client_calls;
	uint32_t book_client_timeout_ms; /* of the last call */

	/* breaker and bulkhead */
	struct breaker breaker;
	struct breaker other_breaker; /* of the other program */
	struct breaker_limits limits;
	bool is_full;
	uint32_t bulkhead_wait_ms; /* of the last call */
	unsigned inside;
};

struct pay_client clients_fake_pay(struct clients_fake *fake);
struct room_client clients_fake_room(struct clients_fake *fake);
struct book_client clients_fake_book_client(struct clients_fake *fake);
struct shared_breaker clients_fake_breaker(struct clients_fake *fake);
struct shared_breaker clients_fake_other_breaker(struct clients_fake *fake);
struct bulkhead clients_fake_bulkhead(struct clients_fake *fake);

#endif

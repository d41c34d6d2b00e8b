/* SPDX-License-Identifier: MIT */
/*
 * booking - a book context on fakes, for the tests of its use cases.
 */
#ifndef TESTS_UNIT_BOOKING_H
#define TESTS_UNIT_BOOKING_H

#include "tests/unit/test.h"

#include "adapters/acquirer/simulated_acquirer.h"
#include "app/book/book.h"
#include "tests/fakes/book_fake.h"
#include "tests/fakes/clients_fake.h"

#define ROOM  UINT64_C(1)
#define HOST  UINT64_C(8)
#define GUEST UINT64_C(7)
#define TODAY 20000 /* by the clock that the tests give */

struct booking {
	struct app app;
	struct settings settings;
	struct book_fake store;
	struct clients_fake clients;
	struct book_store books;
	struct simulated_acquirer acquirer_options;
	struct acquirer acquirer;
	struct pay_client pay;
	struct room_client rooms;
	struct shared_breaker pay_breaker, other_breaker;
	struct settler settler;
	struct bulkhead bulkhead;
	struct book_result result; /* of the last call */
	struct faults faults;
};

/* cmocka's setup and teardown: *state is a struct booking with room 1, at 1500 a night for 2. */
int booking_open(void **state);
int booking_close(void **state);

/* What a guest asks for, unless the test changes it: three nights from tomorrow. */
struct book_place_request booking_attempt(void);

/* Places, and keeps result and faults. */
enum err booking_place(struct booking *booking, const struct book_place_request *place);

/* Cancels booking 1 in the store; arg is a struct booking. */
void booking_cancel(void *arg);

/* The booking with this id, as the store has it now. */
const struct book *booking_book(const struct booking *booking, uint64_t id);

#endif

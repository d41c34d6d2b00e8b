/*
 * peers_fake - the other contexts as a test wants them: what they answer is scripted, what they
 * were asked is kept.
 */
#ifndef TESTS_FAKES_PEERS_FAKE_H
#define TESTS_FAKES_PEERS_FAKE_H

#include "app/ports.h"

struct peers_fake {
	/* pay */
	enum err pay_says; /* OK: it answers with pay_status */
	enum payment_status pay_status;
	void (*pay_during)(void *arg); /* what happens elsewhere while pay is being called */
	void *pay_arg;
	struct payment_order pay_asked; /* the last order */
	unsigned pay_calls;

	/* room: the offers it knows */
	enum err room_says;
	struct offer room_offer;
	unsigned room_calls;

	/* book's desk */
	enum err desk_says;
	uint64_t desk_room;
	bool desk_cancels;
	unsigned desk_calls;

	/* breaker and bulkhead */
	struct breaker breaker;
	struct breaker_limits limits;
	bool is_full;
	unsigned inside;
};

struct pay_gateway peers_fake_pay(struct peers_fake *fake);
struct room_directory peers_fake_room(struct peers_fake *fake);
struct book_desk peers_fake_desk(struct peers_fake *fake);
struct circuit peers_fake_circuit(struct peers_fake *fake);
struct bulkhead peers_fake_bulkhead(struct peers_fake *fake);

#endif

/*
 * notification_fake - a notification_store in memory, for tests.
 */
#ifndef TESTS_FAKES_NOTIFICATION_FAKE_H
#define TESTS_FAKES_NOTIFICATION_FAKE_H

#include "app/ports.h"

#define NOTIFICATION_FAKE_MAX 256 /* more than a test needs */

struct notification_fake {
	enum err fails; /* what every call answers instead of working; OK: it works */
	struct notification told[NOTIFICATION_FAKE_MAX]; /* in the order of their ids, from 1 */
	struct notification_settings settings[16];
	size_t n_told, n_settings;
};

/* The port on a fake, which starts empty (all zero) and has to outlive it. */
struct notification_store notification_fake_port(struct notification_fake *fake);

#endif

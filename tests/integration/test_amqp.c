/* SPDX-License-Identifier: MIT */
/* The AMQP adapter and the workers with a real RabbitMQ. */
#include "tests/integration/rabbit.h"
#include "tests/integration/suites.h"

#include "base/log.h"

#include <signal.h>

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	log_init("test", LOG_LEVEL_MAX); /* most tests cause failures, which need no log */
	rabbit_start();
	int failed = worker_suite() + broker_suite() + consume_suite() + relay_suite();
	rabbit_stop();
	return failed;
}

/* SPDX-License-Identifier: MIT */
#include "tools/bench/respond.h"

#include "base/mem.h"

#include <fcgiapp.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#define BACKLOG 1024

static const char head[] = "Status: 200 OK\r\nContent-Type: application/hal+json\r\n"
			   "X-Answer: memory\r\n\r\n";

struct responder {
	int listener;
	char *body;
	int length;
};

static void *
respond_all(void *arg)
{
	const struct responder *responder = arg;
	FCGX_Request request;
	if (FCGX_InitRequest(&request, responder->listener, 0) != 0)
		return NULL;
	while (FCGX_Accept_r(&request) == 0) {
		FCGX_PutStr(head, sizeof(head) - 1, request.out);
		FCGX_PutStr(responder->body, responder->length, request.out);
		FCGX_Finish_r(&request);
	}
	return NULL;
}

static enum err
threads_run(const struct responder *responder, uint64_t n)
{
	pthread_t threads[RESPOND_THREADS_MAX];
	uint64_t started = 0;
	enum err err = OK;
	for (; err == OK && started < n; started++) {
		const int code =
			pthread_create(&threads[started], NULL, respond_all, (void *)responder);
		if (code != 0) {
			err = ERR_SYSTEM_CODE(code);
			break;
		}
	}
	for (uint64_t i = 0; err == OK && i < started; i++)
		pthread_join(threads[i], NULL);
	return err;
}

enum err
respond_run(const struct respond_plan *plan)
{
	CLEANUP(free_p) char *body = malloc(plan->bytes + 1);
	if (!body)
		return ERR_MEMORY;
	memset(body, 'x', plan->bytes);
	/* The library catches SIGTERM. */
	const struct sigaction end = {.sa_handler = SIG_DFL};
	if (FCGX_Init() != 0 || sigaction(SIGTERM, &end, NULL) != 0)
		return ERR_SYSTEM_HERE();
	const struct responder responder = {.listener = FCGX_OpenSocket(plan->socket, BACKLOG),
	                                    .body = body,
	                                    .length = (int)plan->bytes};
	return responder.listener >= 0 ? threads_run(&responder, plan->threads) : ERR_SYSTEM_HERE();
}

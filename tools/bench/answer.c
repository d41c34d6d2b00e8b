/* SPDX-License-Identifier: MIT */
#include "tools/bench/answer.h"

#include "base/mem.h"

#include <fcgiapp.h>
#include <pthread.h>
#include <string.h>

#define BACKLOG 1024

static const char head[] = "Status: 200 OK\r\nContent-Type: application/hal+json\r\n"
			   "X-Answer: memory\r\n\r\n";

struct answer {
	int listener;
	char *body;
	int length;
};

static void *
answer_all(void *arg)
{
	const struct answer *answer = arg;
	FCGX_Request request;
	if (FCGX_InitRequest(&request, answer->listener, 0) != 0)
		return NULL;
	while (FCGX_Accept_r(&request) == 0) {
		FCGX_PutStr(head, sizeof(head) - 1, request.out);
		FCGX_PutStr(answer->body, answer->length, request.out);
		FCGX_Finish_r(&request);
	}
	return NULL;
}

static enum err
threads_run(const struct answer *answer, uint64_t n)
{
	pthread_t threads[ANSWER_THREADS_MAX];
	uint64_t started = 0;
	enum err err = OK;
	for (; err == OK && started < n; started++) {
		const int code =
			pthread_create(&threads[started], NULL, answer_all, (void *)answer);
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
answer_run(const struct answer_plan *plan)
{
	CLEANUP(free_p) char *body = malloc(plan->bytes + 1);
	if (!body)
		return ERR_MEMORY;
	memset(body, 'x', plan->bytes);
	if (FCGX_Init() != 0)
		return ERR_SYSTEM_HERE();
	const struct answer answer = {.listener = FCGX_OpenSocket(plan->socket, BACKLOG),
	                              .body = body,
	                              .length = (int)plan->bytes};
	return answer.listener >= 0 ? threads_run(&answer, plan->threads) : ERR_SYSTEM_HERE();
}

/* SPDX-License-Identifier: MIT */
/*
 * hotel-socket-holder - keeps listening sockets open, so that the server behind them can be
 * replaced without refusing a connection.
 *
 * A published port belongs to one container. In the stack that container is the socket holder: it
 * does nothing but keep the sockets open and pass them to each nginx that attaches. An old and a
 * new nginx accept at the same sockets side by side, and the kernel queues connections that arrive
 * in between.
 */
#include "base/log.h"
#include "compose/socket-holder/attach.h"
#include "compose/socket-holder/handover.h"
#include "compose/socket-holder/listener.h"
#include "program/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME "hotel-socket-holder"

static const char help[] =
	"Usage: $0 listen PATH NAME=HOST:PORT...\n"
	"  or:  $0 attach PATH COMMAND [ARGUMENT...]\n"
	"  or:  $0 check PATH\n"
	"Keep listening sockets open while the server behind them is replaced.\n"
	"\n"
	"Commands:\n"
	"  listen  listen at each HOST:PORT (8 at most) while a client is attached, and\n"
	"          pass these sockets to each client that attaches at the unix socket PATH\n"
	"  attach  run COMMAND, which must be or become nginx, with the sockets: NGINX in\n"
	"          its environment lists their numbers, LISTENER_NAME is the address of\n"
	"          each, LISTENER_NETWORKS the networks of the socket holder; stop COMMAND\n"
	"          on a signal, or when the socket holder ends\n"
	"  check   print the number of attached clients\n"
	"\n"
	"Options:\n"
	"  --version  print the version\n"
	"  --help     print this help\n"
	"\n"
	"Exit status:\n"
	"  0  ended by a signal, or checked\n"
	"  1  failed, or the socket holder ended\n"
	"  2  wrong usage\n"
	"attach otherwise returns the exit status of COMMAND.\n"
	"\n"
	"Examples:\n"
	"  $0 listen /run/holder.sock PUBLIC=0.0.0.0:8080\n";

/* Splits NAME=HOST:PORT. */
static enum err
listener_read(char *text, struct listener *ret_listener)
{
	char *address = strchr(text, '=');
	if (!address || address == text)
		return ERR_INVALID;
	*address++ = '\0';
	if (strcmp(text, HANDOVER_NETWORKS) == 0)
		return ERR_INVALID;
	*ret_listener = (struct listener){.name = text, .address = address};
	return OK;
}

static int
run_listen(const char *path, int n, char **texts)
{
	struct listener listeners[HANDOVER_SOCKETS_MAX];
	if (n < 1 || n > HANDOVER_SOCKETS_MAX)
		return WRONG_USAGE;
	for (int i = 0; i < n; i++)
		if (listener_read(texts[i], &listeners[i]) != OK)
			return WRONG_USAGE;
	enum err err = listeners_serve(path, listeners, (size_t)n);
	if (err == OK)
		return EXIT_SUCCESS;
	LOG(LOG_ERROR, "failed",
	    LOG_TEXT("error", err == ERR_SYSTEM ? strerror(errno) : err_name(err)));
	return err == ERR_INVALID ? EXIT_USAGE : EXIT_FAILURE;
}

static int
run(int argc, char **argv)
{
	if (argc > 3 && strcmp(argv[1], "listen") == 0)
		return run_listen(argv[2], argc - 3, argv + 3);
	if (argc > 3 && strcmp(argv[1], "attach") == 0)
		return holder_attach(argv[2], argv + 3);
	if (argc == 3 && strcmp(argv[1], "check") == 0)
		return holder_check(argv[2]);
	return WRONG_USAGE;
}

int
main(int argc, char **argv)
{
	int status;
	if (options_answered(NAME, help, argc, argv, &status))
		return status;
	log_init(NAME, LOG_INFO);
	status = run(argc, argv);
	return status == WRONG_USAGE ? options_refuse(NAME, help, argc, argv) : status;
}

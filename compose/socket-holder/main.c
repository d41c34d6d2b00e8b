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

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_USAGE 2

static int
usage(FILE *to, int status)
{
	fputs("Usage: hotel-socket-holder listen PATH NAME=HOST:PORT...\n"
	      "       hotel-socket-holder attach PATH COMMAND [ARGUMENT...]\n"
	      "       hotel-socket-holder check PATH\n"
	      "\n"
	      "Keeps listening sockets open while the server behind them is replaced.\n"
	      "\n"
	      "listen  listens at each HOST:PORT (8 at most) while a client is attached\n"
	      "        and passes these sockets to each client that attaches at the unix\n"
	      "        socket PATH\n"
	      "attach  runs COMMAND, which must be or become nginx, with the sockets: NGINX\n"
	      "        in its environment lists their numbers, LISTENER_NAME is the address\n"
	      "        of each, LISTENER_NETWORKS the networks of the socket holder; stops\n"
	      "        COMMAND on a signal, or when the socket holder ends\n"
	      "check   prints the number of attached clients\n"
	      "\n"
	      "Options:\n"
	      "  --help     show this help\n"
	      "  --version  show the version\n"
	      "\n"
	      "Exit codes: 0 ended by a signal, or checked; 1 failed, or the socket holder\n"
	      "ended; 2 wrong use; attach otherwise returns the exit code of COMMAND.\n",
	      to);
	return status;
}

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
		return usage(stderr, EXIT_USAGE);
	for (int i = 0; i < n; i++)
		if (listener_read(texts[i], &listeners[i]) != OK)
			return usage(stderr, EXIT_USAGE);
	enum err err = listeners_serve(path, listeners, (size_t)n);
	if (err == OK)
		return EXIT_SUCCESS;
	LOG(LOG_ERROR, "failed",
	    LOG_TEXT("error", err == ERR_SYSTEM ? strerror(errno) : err_name(err)));
	return err == ERR_INVALID ? EXIT_USAGE : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	log_init("hotel-socket-holder", LOG_INFO);
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts("hotel-socket-holder " HOTEL_VERSION) < 0;
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return usage(stdout, EXIT_SUCCESS);
	if (argc > 3 && strcmp(argv[1], "listen") == 0)
		return run_listen(argv[2], argc - 3, argv + 3);
	if (argc > 3 && strcmp(argv[1], "attach") == 0)
		return holder_attach(argv[2], argv + 3);
	if (argc == 3 && strcmp(argv[1], "check") == 0)
		return holder_check(argv[2]);
	return usage(stderr, EXIT_USAGE);
}

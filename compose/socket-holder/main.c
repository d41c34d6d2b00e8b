/*
 * hotel-socket-holder - holds the sockets that people come to, so that whoever serves at them can
 * be replaced.
 *
 * A published port belongs to one container. Here that container is the door, which has nothing to
 * do but to hold the sockets, and gives them to each nginx that enters: an old and a new one serve
 * at the same sockets side by side, and who comes in between is kept by the kernel.
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
	fputs("usage: hotel-socket-holder hold PATH NAME=HOST:PORT...\n"
	      "       hotel-socket-holder enter PATH COMMAND [ARGUMENT...]\n"
	      "       hotel-socket-holder look PATH\n"
	      "\n"
	      "hold   listens at each HOST:PORT, 8 at most, while somebody is inside,\n"
	      "       and gives these sockets to whoever enters at the unix socket PATH\n"
	      "enter  runs nginx, or what becomes it, with these sockets: NGINX in its\n"
	      "       environment has their numbers, DOOR_NAME the address of each, and\n"
	      "       DOOR_NEAR the networks here; ends it when told to, or when the\n"
	      "       door goes\n"
	      "look   prints how many are inside\n"
	      "\n"
	      "Exit codes: 0 ended as told; 1 it could not be done, or the door went;\n"
	      "2 wrong use; enter: the command's.\n",
	      to);
	return status;
}

/* Cuts NAME=HOST:PORT in two. */
static enum err
entrance_read(char *text, struct entrance *ret_entrance)
{
	char *address = strchr(text, '=');
	if (!address || address == text || strncmp(text, "NEAR=", strlen("NEAR=")) == 0)
		return ERR_INVALID;
	*address++ = '\0';
	*ret_entrance = (struct entrance){.name = text, .address = address};
	return OK;
}

static int
hold(const char *path, int n, char **texts)
{
	struct entrance entrances[HANDOVER_SOCKETS_MAX];
	if (n < 1 || n > HANDOVER_SOCKETS_MAX)
		return usage(stderr, EXIT_USAGE);
	for (int i = 0; i < n; i++)
		if (entrance_read(texts[i], &entrances[i]) != OK)
			return usage(stderr, EXIT_USAGE);
	enum err err = door_hold(path, entrances, (size_t)n);
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
	if (argc > 3 && strcmp(argv[1], "hold") == 0)
		return hold(argv[2], argc - 3, argv + 3);
	if (argc > 3 && strcmp(argv[1], "enter") == 0)
		return door_enter(argv[2], argv + 3);
	if (argc == 3 && strcmp(argv[1], "look") == 0)
		return door_look(argv[2]);
	return usage(stderr, EXIT_USAGE);
}

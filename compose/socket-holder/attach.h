/* SPDX-License-Identifier: MIT */
/*
 * attach - runs a server on sockets that the socket holder keeps open.
 *
 * The server receives them in the way in which nginx passes sockets to its own successor: the
 * variable NGINX lists the descriptors ("3;4;", ngx_add_inherited_sockets() in nginx's
 * src/core/nginx.c), and nginx uses each descriptor whose address equals a `listen` directive.
 * LISTENER_<NAME> is the address of each socket, and LISTENER_NETWORKS the networks that the socket
 * holder is in, such as "172.18.0.0/16 172.19.0.0/16".
 */
#ifndef COMPOSE_SOCKET_HOLDER_ATTACH_H
#define COMPOSE_SOCKET_HOLDER_ATTACH_H

#define ATTACH_WAIT_MS  60000 /* how long to wait for the socket holder to start */
#define ATTACH_REPLY_MS 5000  /* timeout of its reply */
#define ATTACH_QUIT_MS  22000 /* from the first signal to quit until the server is killed */

/*
 * Attaches to the socket holder at this path, runs the command with the sockets and supervises it.
 * SIGTERM, SIGINT and SIGQUIT stop the command gracefully (SIGQUIT: nginx finishes the requests in
 * flight). When the socket holder ends, the command is stopped at once (SIGTERM), because the
 * sockets are gone. Logs. Returns the exit status of the command, 128 + N for signal N.
 * EXIT_FAILURE: the command was not started, or the socket holder ended.
 */
int holder_attach(const char *path, char **command);

/* Prints how many clients are attached. EXIT_FAILURE: the socket holder does not answer. */
int holder_check(const char *path);

#endif

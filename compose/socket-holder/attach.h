/*
 * attach - becomes the keeper of a server that takes its sockets from the door.
 *
 * The server finds them as nginx finds those of the nginx before it: the variable NGINX has their
 * numbers ("3;4;", ngx_add_inherited_sockets() in nginx's src/core/nginx.c), and nginx serves at
 * each that stands in its configuration by the same address. DOOR_<NAME> has the address of each,
 * and DOOR_NEAR the networks the door is in, such as "172.18.0.0/16 172.19.0.0/16".
 */
#ifndef COMPOSE_SOCKET_HOLDER_ATTACH_H
#define COMPOSE_SOCKET_HOLDER_ATTACH_H

#define ENTER_DOOR_MS 60000 /* for the door to be there */
#define ENTER_SAY_MS  5000  /* for its answer */
#define ENTER_QUIT_MS 22000 /* for the server, which was told to quit; then it is killed */

/*
 * Enters at the door of this path, runs the command and stays beside it: SIGTERM, SIGINT and
 * SIGQUIT tell it to quit (SIGQUIT: nginx answers what it has begun). When the door is gone, and
 * the sockets with it, the command is told to end at once (SIGTERM). Logs. Returns the command's
 * exit status, 128 and its number for a signal; EXIT_FAILURE: it could not be begun, or the door
 * went.
 */
int door_enter(const char *path, char **command);

/* Prints how many are inside. EXIT_FAILURE: the door does not answer. */
int door_look(const char *path);

#endif

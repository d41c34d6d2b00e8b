/* listener - the process that holds the sockets people come to, whoever serves at them meanwhile.
 */
#include "compose/socket-holder/listener.h"

#include "adapters/system/listen.h"
#include "base/buf.h"
#include "base/day.h"
#include "base/log.h"
#include "base/mem.h"
#include "compose/socket-holder/handover.h"
#include "compose/socket-holder/signals.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TICK_MS     100 /* between looks at what has an end */
#define ADDRESS_MAX 64  /* a numeric HOST:PORT */

/* Whoever is connected. Who has not said what it wants is not inside. */
struct visitor {
	int fd;
	bool inside;
	int64_t came_ms;
};

struct door {
	int socket, signals;
	struct entrance *entrances;
	size_t n;
	struct visitor visitors[HOLD_VISITORS];
	size_t n_visitors;
	int64_t left_ms; /* when the last one inside left; 0: the entrances are not to be closed */
};

static bool
is_open(const struct door *door)
{
	return door->entrances[0].fd >= 0;
}

static void
entrances_close(struct door *door)
{
	for (size_t i = 0; i < door->n; i++) {
		if (door->entrances[i].fd >= 0)
			close(door->entrances[i].fd);
		door->entrances[i].fd = -1;
	}
	door->left_ms = 0;
}

/* All of them, or none. */
static enum err
entrances_open(struct door *door)
{
	for (size_t i = 0; i < door->n; i++) {
		struct entrance *entrance = &door->entrances[i];
		enum err err = listen_at(entrance->address, HOLD_BACKLOG, &entrance->fd);
		if (err == OK)
			continue;
		LOG(LOG_ERROR, "not-opened", LOG_TEXT("entrance", entrance->name),
		    LOG_TEXT("address", entrance->address),
		    LOG_TEXT("error", err == ERR_SYSTEM ? strerror(errno) : err_name(err)));
		entrances_close(door);
		return err;
	}
	return OK;
}

static size_t
inside(const struct door *door)
{
	size_t n = 0;
	for (size_t i = 0; i < door->n_visitors; i++)
		n += door->visitors[i].inside;
	return n;
}

/* Where a socket listens, in numbers, as a configuration has to name it. */
static enum err
address_add(struct buf *text, const struct entrance *entrance)
{
	struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
	socklen_t size = sizeof(address);
	char host[ADDRESS_MAX], port[ADDRESS_MAX];
	if (getsockname(entrance->fd, (struct sockaddr *)&address, &size) != 0 ||
	    getnameinfo((struct sockaddr *)&address, size, host, sizeof(host), port, sizeof(port),
	                NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return ERR_SYSTEM_HERE();
	bool v6 = address.ss_family == AF_INET6;
	return buf_addf(text, "DOOR_%s=%s%s%s:%s\n", entrance->name, v6 ? "[" : "", host,
	                v6 ? "]" : "", port);
}

/* The IPv4 network of an interface, if it leads to others. */
static enum err
network_add(struct buf *text, const struct ifaddrs *interface)
{
	char name[INET_ADDRSTRLEN];
	if (!interface->ifa_addr || !interface->ifa_netmask ||
	    interface->ifa_addr->sa_family != AF_INET || (interface->ifa_flags & IFF_LOOPBACK))
		return OK;
	struct sockaddr_in address, mask;
	memcpy(&address, interface->ifa_addr, sizeof(address));
	memcpy(&mask, interface->ifa_netmask, sizeof(mask));
	address.sin_addr.s_addr &= mask.sin_addr.s_addr;
	if (!inet_ntop(AF_INET, &address.sin_addr, name, sizeof(name)))
		return ERR_SYSTEM_HERE();
	const char *separator = text->data[text->len - 1] == '=' ? "" : " ";
	return buf_addf(text, "%s%s/%d", separator, name, __builtin_popcount(mask.sin_addr.s_addr));
}

static enum err
networks_add(struct buf *text)
{
	struct ifaddrs *interfaces;
	if (getifaddrs(&interfaces) != 0)
		return ERR_SYSTEM_HERE();
	enum err err = buf_addf(text, "DOOR_NEAR=");
	for (struct ifaddrs *one = interfaces; one && err == OK; one = one->ifa_next)
		err = network_add(text, one);
	freeifaddrs(interfaces);
	return err == OK ? buf_addf(text, "\n") : err;
}

/* What the one who enters is given. */
static enum err
entrances_tell(const struct door *door, struct handover *handover)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(HANDOVER_TEXT_MAX - 1);
	for (size_t i = 0; i < door->n; i++) {
		enum err err = address_add(&text, &door->entrances[i]);
		if (err != OK)
			return err;
		handover->sockets[handover->n++] = door->entrances[i].fd;
	}
	enum err err = networks_add(&text);
	if (err == OK)
		memcpy(handover->text, text.data, text.len + 1);
	return err;
}

static enum err
let_in(struct door *door, struct visitor *visitor)
{
	struct handover handover = {.n = 0};
	enum err err = is_open(door) ? OK : entrances_open(door);
	if (inside(door) == 0)
		door->left_ms = monotonic_ms(); /* should it come to nothing */
	if (err == OK)
		err = entrances_tell(door, &handover);
	if (err == OK)
		err = handover_send(visitor->fd, &handover);
	if (err != OK) {
		LOG(LOG_WARN, "not-let-in", LOG_TEXT("error", err_name(err)));
		return err;
	}
	visitor->inside = true;
	door->left_ms = 0;
	LOG(LOG_INFO, "entered", LOG_NUMBER("inside", inside(door)));
	return OK;
}

static enum err
tell(const struct door *door, const struct visitor *visitor)
{
	struct handover handover = {.n = 0};
	CLEANUP(buf_done) struct buf text = BUF_INIT(HANDOVER_TEXT_MAX - 1);
	enum err err = buf_addf(&text, "inside %zu\n", inside(door));
	if (err != OK)
		return err;
	memcpy(handover.text, text.data, text.len + 1);
	return handover_send(visitor->fd, &handover);
}

/* Does what a visitor wants. Anything but OK: it goes; whoever has looked goes by itself. */
static enum err
visitor_hear(struct door *door, struct visitor *visitor)
{
	char wish;
	if (recv(visitor->fd, &wish, 1, MSG_DONTWAIT) != 1 || visitor->inside)
		return ERR_CLOSED;
	switch (wish) {
	case HANDOVER_ENTER: return let_in(door, visitor);
	case HANDOVER_LOOK: return tell(door, visitor);
	default: return ERR_MALFORMED;
	}
}

static void
visitor_remove(struct door *door, size_t i)
{
	bool was_inside = door->visitors[i].inside;
	close(door->visitors[i].fd);
	door->visitors[i] = door->visitors[--door->n_visitors];
	if (!was_inside)
		return;
	LOG(LOG_INFO, "left", LOG_NUMBER("inside", inside(door)));
	if (inside(door) == 0)
		door->left_ms = monotonic_ms();
}

static void
visitor_accept(struct door *door)
{
	int fd = accept4(door->socket, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		return;
	if (door->n_visitors == HOLD_VISITORS) {
		close(fd);
		LOG(LOG_WARN, "turned-away", LOG_NUMBER("visitors", HOLD_VISITORS));
		return;
	}
	door->visitors[door->n_visitors++] = (struct visitor){.fd = fd, .came_ms = monotonic_ms()};
}

/* Ends what has lasted long enough. Whether there is more that has an end. */
static bool
ends_look(struct door *door)
{
	int64_t now_ms = monotonic_ms();
	bool more = false;
	for (size_t i = door->n_visitors; i-- > 0;) {
		const struct visitor *visitor = &door->visitors[i];
		if (!visitor->inside && now_ms - visitor->came_ms >= HOLD_SILENT_MS)
			visitor_remove(door, i);
		else
			more = more || !visitor->inside;
	}
	if (door->left_ms && now_ms - door->left_ms >= HOLD_WAIT_MS) {
		entrances_close(door);
		LOG(LOG_WARN, "closed", LOG_NUMBER("after_ms", HOLD_WAIT_MS));
	}
	return more || door->left_ms;
}

/* One round: whoever says something, leaves or comes. False: a signal says that it is over. */
static bool
round_serve(struct door *door)
{
	struct pollfd polled[HOLD_VISITORS + 2];
	int wait_ms = ends_look(door) ? TICK_MS : -1;
	size_t n = door->n_visitors;
	for (size_t i = 0; i < n; i++)
		polled[i] = (struct pollfd){.fd = door->visitors[i].fd, .events = POLLIN};
	polled[n] = (struct pollfd){.fd = door->socket, .events = POLLIN};
	polled[n + 1] = (struct pollfd){.fd = door->signals, .events = POLLIN};
	if (poll(polled, n + 2, wait_ms) <= 0)
		return true;
	for (size_t i = n; i-- > 0;)
		if (polled[i].revents && visitor_hear(door, &door->visitors[i]) != OK)
			visitor_remove(door, i);
	if (polled[n].revents)
		visitor_accept(door);
	return !polled[n + 1].revents || !signals_tell_to_end(door->signals);
}

enum err
door_hold(const char *path, struct entrance entrances[], size_t n)
{
	struct door door = {.entrances = entrances, .n = n};
	CLEANUP(buf_done) struct buf address = BUF_INIT(HANDOVER_TEXT_MAX);
	for (size_t i = 0; i < n; i++)
		entrances[i].fd = -1;
	/* What could not be opened later had better be known now. */
	enum err err = entrances_open(&door);
	entrances_close(&door);
	if (err == OK)
		err = buf_addf(&address, "unix:%s", path);
	if (err == OK)
		err = signals_open(&door.signals);
	if (err == OK)
		err = listen_at(address.data, HOLD_VISITORS, &door.socket);
	if (err != OK)
		return err;
	LOG(LOG_INFO, "holding", LOG_NUMBER("entrances", n));
	while (round_serve(&door))
		continue;
	listen_unlink(address.data);
	LOG(LOG_INFO, "ended", LOG_NUMBER("inside", inside(&door)));
	return OK;
}

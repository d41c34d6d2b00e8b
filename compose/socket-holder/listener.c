/* SPDX-License-Identifier: MIT */
/* listener - the process that keeps the listening sockets open while servers are replaced. */
#include "compose/socket-holder/listener.h"

#include "adapters/system/listen.h"
#include "base/buf.h"
#include "base/clock.h"
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

#define TICK_MS     100 /* between checks while a timeout is pending */
#define ADDRESS_MAX 64  /* bytes of a numeric HOST:PORT */

/* A connection to the unix socket. It is attached once it has received the sockets. */
struct client {
	int fd;
	bool attached;
	int64_t connected_ms;
};

struct holder {
	int socket, signals;
	struct listener *listeners;
	size_t n;
	struct client clients[LISTENER_CLIENTS];
	size_t n_clients;
	int64_t idle_ms; /* since when no client is attached; 0: the listeners stay as they are */
};

static void
listeners_close(struct holder *holder)
{
	for (size_t i = 0; i < holder->n; i++) {
		if (holder->listeners[i].fd >= 0)
			close(holder->listeners[i].fd);
		holder->listeners[i].fd = -1;
	}
	holder->idle_ms = 0;
}

/* All of them, or none. */
static enum err
listeners_open(struct holder *holder)
{
	for (size_t i = 0; i < holder->n; i++) {
		struct listener *listener = &holder->listeners[i];
		enum err err = listen_at(listener->address, LISTENER_BACKLOG, &listener->fd);
		if (err == OK)
			continue;
		LOG(LOG_ERROR, "not-opened", LOG_TEXT("listener", listener->name),
		    LOG_TEXT("address", listener->address),
		    LOG_TEXT("error", err == ERR_SYSTEM ? strerror(errno) : err_name(err)));
		listeners_close(holder);
		return err;
	}
	return OK;
}

static size_t
attached(const struct holder *holder)
{
	size_t n = 0;
	for (size_t i = 0; i < holder->n_clients; i++)
		n += holder->clients[i].attached;
	return n;
}

/* The numeric address of a socket: nginx compares it with its `listen` directives. */
static enum err
address_add(struct buf *text, const struct listener *listener)
{
	struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
	socklen_t size = sizeof(address);
	char host[ADDRESS_MAX], port[ADDRESS_MAX];
	if (getsockname(listener->fd, (struct sockaddr *)&address, &size) != 0 ||
	    getnameinfo((struct sockaddr *)&address, size, host, sizeof(host), port, sizeof(port),
	                NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return ERR_SYSTEM_HERE();
	bool v6 = address.ss_family == AF_INET6;
	return buf_addf(text, HANDOVER_PREFIX "%s=%s%s%s:%s\n", listener->name, v6 ? "[" : "", host,
	                v6 ? "]" : "", port);
}

/* The IPv4 network of an interface, unless it is loopback. */
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
	enum err err = buf_addf(text, HANDOVER_PREFIX HANDOVER_NETWORKS "=");
	for (struct ifaddrs *one = interfaces; one && err == OK; one = one->ifa_next)
		err = network_add(text, one);
	freeifaddrs(interfaces);
	return err == OK ? buf_addf(text, "\n") : err;
}

/* The reply to a client that attaches: the sockets, their addresses and the networks. */
static enum err
handover_fill(const struct holder *holder, struct handover *handover)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(HANDOVER_TEXT_MAX - 1);
	for (size_t i = 0; i < holder->n; i++) {
		enum err err = address_add(&text, &holder->listeners[i]);
		if (err != OK)
			return err;
		handover->sockets[handover->n++] = holder->listeners[i].fd;
	}
	enum err err = networks_add(&text);
	if (err == OK)
		memcpy(handover->text, text.data, text.len + 1);
	return err;
}

static enum err
client_attach(struct holder *holder, struct client *client)
{
	struct handover handover = {.n = 0};
	enum err err = holder->listeners[0].fd >= 0 ? OK : listeners_open(holder);
	if (attached(holder) == 0)
		holder->idle_ms = monotonic_ms(); /* in case this attempt fails */
	if (err == OK)
		err = handover_fill(holder, &handover);
	if (err == OK)
		err = handover_send(client->fd, &handover);
	if (err != OK) {
		LOG(LOG_WARN, "attach-failed", LOG_TEXT("error", err_name(err)));
		return err;
	}
	client->attached = true;
	holder->idle_ms = 0;
	LOG(LOG_INFO, "attached", LOG_NUMBER("attached", attached(holder)));
	return OK;
}

static enum err
client_report(const struct holder *holder, const struct client *client)
{
	struct handover handover = {.n = 0};
	CLEANUP(buf_done) struct buf text = BUF_INIT(HANDOVER_TEXT_MAX - 1);
	enum err err = buf_addf(&text, "attached %zu\n", attached(holder));
	if (err != OK)
		return err;
	memcpy(handover.text, text.data, text.len + 1);
	return handover_send(client->fd, &handover);
}

/* Serves the request of a client. The caller disconnects it unless this returns OK; a client that
 * only checks disconnects by itself. */
static enum err
client_serve(struct holder *holder, struct client *client)
{
	char request;
	if (recv(client->fd, &request, 1, MSG_DONTWAIT) != 1 || client->attached)
		return ERR_CLOSED;
	switch (request) {
	case HANDOVER_ATTACH: return client_attach(holder, client);
	case HANDOVER_CHECK: return client_report(holder, client);
	default: return ERR_MALFORMED;
	}
}

static void
client_remove(struct holder *holder, size_t i)
{
	bool was_attached = holder->clients[i].attached;
	close(holder->clients[i].fd);
	holder->clients[i] = holder->clients[--holder->n_clients];
	if (!was_attached)
		return;
	LOG(LOG_INFO, "detached", LOG_NUMBER("attached", attached(holder)));
	if (attached(holder) == 0)
		holder->idle_ms = monotonic_ms();
}

static void
client_accept(struct holder *holder)
{
	int fd = accept4(holder->socket, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		return;
	if (holder->n_clients == LISTENER_CLIENTS) {
		close(fd);
		LOG(LOG_WARN, "refused", LOG_NUMBER("clients", LISTENER_CLIENTS));
		return;
	}
	holder->clients[holder->n_clients++] =
		(struct client){.fd = fd, .connected_ms = monotonic_ms()};
}

/* Applies the timeouts that have expired. True if others are pending. */
static bool
timeouts_apply(struct holder *holder)
{
	int64_t now_ms = monotonic_ms();
	bool pending = false;
	for (size_t i = holder->n_clients; i-- > 0;) {
		const struct client *client = &holder->clients[i];
		if (!client->attached && now_ms - client->connected_ms >= LISTENER_REQUEST_MS)
			client_remove(holder, i);
		else
			pending = pending || !client->attached;
	}
	if (holder->idle_ms && now_ms - holder->idle_ms >= LISTENER_WAIT_MS) {
		listeners_close(holder);
		LOG(LOG_WARN, "closed", LOG_NUMBER("after_ms", LISTENER_WAIT_MS));
	}
	return pending || holder->idle_ms;
}

/* One round of the event loop. False: a signal to quit has arrived. */
static bool
events_serve(struct holder *holder)
{
	struct pollfd polled[LISTENER_CLIENTS + 2];
	int wait_ms = timeouts_apply(holder) ? TICK_MS : -1;
	size_t n = holder->n_clients;
	for (size_t i = 0; i < n; i++)
		polled[i] = (struct pollfd){.fd = holder->clients[i].fd, .events = POLLIN};
	polled[n] = (struct pollfd){.fd = holder->socket, .events = POLLIN};
	polled[n + 1] = (struct pollfd){.fd = holder->signals, .events = POLLIN};
	if (poll(polled, n + 2, wait_ms) <= 0)
		return true;
	for (size_t i = n; i-- > 0;)
		if (polled[i].revents && client_serve(holder, &holder->clients[i]) != OK)
			client_remove(holder, i);
	if (polled[n].revents)
		client_accept(holder);
	return !polled[n + 1].revents || !signals_want_quit(holder->signals);
}

enum err
listeners_serve(const char *path, struct listener listeners[], size_t n)
{
	struct holder holder = {.listeners = listeners, .n = n};
	CLEANUP(buf_done) struct buf address = BUF_INIT(HANDOVER_TEXT_MAX);
	for (size_t i = 0; i < n; i++)
		listeners[i].fd = -1;
	/* Fail at the start if an address cannot be used. */
	enum err err = listeners_open(&holder);
	listeners_close(&holder);
	if (err == OK)
		err = buf_addf(&address, "unix:%s", path);
	if (err == OK)
		err = signals_open(&holder.signals);
	if (err == OK)
		err = listen_at(address.data, LISTENER_CLIENTS, &holder.socket);
	if (err != OK)
		return err;
	LOG(LOG_INFO, "listening", LOG_NUMBER("listeners", n));
	while (events_serve(&holder))
		continue;
	listen_unlink(address.data);
	LOG(LOG_INFO, "ended", LOG_NUMBER("attached", attached(&holder)));
	return OK;
}

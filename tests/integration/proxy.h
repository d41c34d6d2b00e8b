/* SPDX-License-Identifier: MIT */
/*
 * proxy - a TCP proxy between a program and a server; a test can cut its connections or stop it.
 */
#ifndef TESTS_INTEGRATION_PROXY_H
#define TESTS_INTEGRATION_PROXY_H

#include <stdint.h>

struct proxy;

enum proxy_mode {
	PROXY_FORWARD,
	PROXY_SILENT, /* forwards nothing and closes nothing */
	PROXY_CUT,    /* resets every connection, new ones as well */
};

/* Listens on a port of its own and forwards to a port of this machine. */
struct proxy *proxy_open(uint32_t to_port);
uint32_t proxy_port(const struct proxy *proxy);
void proxy_set(struct proxy *proxy, enum proxy_mode mode);
void proxy_close(struct proxy *proxy);

#endif

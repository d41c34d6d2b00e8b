/* SPDX-License-Identifier: MIT */
/*
 * cut_connection - a proxy between a program and MariaDB that cuts a connection in COMMIT.
 */
#ifndef TESTS_CONTRACT_CUT_CONNECTION_H
#define TESTS_CONTRACT_CUT_CONNECTION_H

enum commit_cut {
	CUT_NONE,
	CUT_BEFORE_COMMIT, /* COMMIT does not arrive: it does not happen */
	CUT_AFTER_COMMIT,  /* its reply does not arrive: it has happened */
};

/* Listens on the path `from` and forwards everything to the socket at `to`, until the program ends.
 */
void cut_connection_start(const char *from, const char *to);

/* Cuts the connection that sends the next COMMIT, once. */
void cut_next_commit(enum commit_cut cut);

#endif

/*
 * wire - a socket between a program and its MariaDB that breaks when it matters: in COMMIT.
 */
#ifndef TESTS_CONTRACT_CUT_CONNECTION_H
#define TESTS_CONTRACT_CUT_CONNECTION_H

enum wire_cut {
	WIRE_WHOLE,
	WIRE_BEFORE_COMMIT, /* COMMIT never arrives: it did not happen */
	WIRE_AFTER_COMMIT,  /* its answer never arrives: it happened */
};

/* Listens on the path `from` and passes everything on to the socket at `to`, until the end of the
 * program. */
void wire_start(const char *from, const char *to);

/* Cuts the connection on which the next COMMIT comes, once. */
void wire_cut_next(enum wire_cut cut);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * crowd - many threads that do the same at the same time.
 */
#ifndef TESTS_CONTRACT_CROWD_H
#define TESTS_CONTRACT_CROWD_H

/* What each thread does; number counts from 0. */
typedef void crowd_act(unsigned number, void *arg);

/* Starts n threads, releases them together, and waits for all. */
void crowd_run(unsigned n, crowd_act *act, void *arg);

#endif

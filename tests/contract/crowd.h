/*
 * crowd - many threads that do the same at the same time.
 */
#ifndef TESTS_CONTRACT_CROWD_H
#define TESTS_CONTRACT_CROWD_H

/* What each of them does; number counts from 0. */
typedef void crowd_act(unsigned number, void *arg);

/* Starts n threads, lets them go together, and waits for all. */
void crowd_run(unsigned n, crowd_act *act, void *arg);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * command_actor - who runs a command, for the audit.
 */
#ifndef TOOLS_COMMON_COMMAND_ACTOR_H
#define TOOLS_COMMON_COMMAND_ACTOR_H

#include "domain/audit.h"

/* The user of the machine: the name, or the number where there is none. */
struct audit_actor command_actor(void);

#endif

/* SPDX-License-Identifier: MIT */
#include "tools/common/command_actor.h"

#include "base/text.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

struct audit_actor
command_actor(void)
{
	struct audit_actor actor = {.role = AUDIT_COMMAND};
	const struct passwd *user = getpwuid(geteuid());
	if (!user || text_copy(actor.name, sizeof(actor.name), user->pw_name) != OK)
		snprintf(actor.name, sizeof(actor.name), "%u", geteuid());
	return actor;
}

/* SPDX-License-Identifier: MIT */
/* audit_add - writes what a command of ./hotel did, which no store does. */
#include "base/text.h"
#include "composition/composition.h"
#include "program/options.h"
#include "tools/audit/audit_tool.h"
#include "tools/common/command_actor.h"

#include <stdlib.h>

int
audit_add_command(const struct settings *settings, enum audit_what what, const char *detail)
{
	struct audit_entry entry = {.what = what, .by = command_actor()};
	struct app *app;
	if (text_copy(entry.detail, sizeof(entry.detail), detail) != OK)
		return WRONG_USAGE;
	enum err err = composition_open(settings, 0, &app);
	if (err != OK)
		return audit_failed(err);
	err = app->audit->add(app->audit->self, &entry);
	composition_close(app);
	return err == OK ? EXIT_SUCCESS : audit_failed(err);
}

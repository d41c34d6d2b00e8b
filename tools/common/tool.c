/* SPDX-License-Identifier: MIT */
#include "tools/common/tool.h"

int
tool_run(const struct tool *tool, int argc, char **argv)
{
	struct settings settings;
	int status;
	if (options_answered(tool->name, tool->help, argc, argv, &status))
		return status;
	if (options_settings(tool->name, &settings) != OK)
		return EXIT_USAGE;
	status = tool->run(&settings, argc, argv);
	return status == WRONG_USAGE ? options_refuse(tool->name, tool->help, argc, argv) : status;
}

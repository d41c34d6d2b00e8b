/* tool - the beginning of a program of the operator. */
#include "tools/common/tool.h"

#include "base/buf.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#define SAID_MAX 65536 /* bytes about wrong settings */

extern char **environ;

static int
refuse(const char *words)
{
	fputs(words, stderr);
	return EXIT_USAGE;
}

int
tool_run(const struct tool *tool, int argc, char **argv)
{
	CLEANUP(buf_done) struct buf faults = BUF_INIT(SAID_MAX);
	struct settings settings;
	if (argc == 2 && !strcmp(argv[1], "--help"))
		return fputs(tool->usage, stdout) < 0;
	if (argc == 2 && !strcmp(argv[1], "--version"))
		return printf("%s %s\n", tool->name, HOTEL_VERSION) < 0;
	if (settings_read(environ, &settings, &faults) != OK)
		return refuse(faults.data ? faults.data : "out of memory\n");
	int status = tool->run(&settings, argc, argv);
	return status == EXIT_USAGE ? refuse(tool->usage) : status;
}

/* SPDX-License-Identifier: MIT */
#include "tools/check/findings.h"

void
findings_reset(struct findings *findings)
{
	buf_reset(&findings->text);
	findings->checked = findings->violated = findings->rows = 0;
}

void
findings_begin(struct findings *findings)
{
	findings->checked++;
	findings->rows = 0;
}

enum err
findings_add(struct findings *findings, const char *id, const char *rule, const char *row)
{
	enum err err = OK;
	if (findings->rows++ == 0) {
		findings->violated++;
		err = buf_addf(&findings->text, "%-4s %s\n", id, rule);
	}
	if (err == OK && findings->rows <= FINDINGS_ROWS_MAX)
		err = buf_addf(&findings->text, "       %s\n", row);
	return err;
}

enum err
findings_end(struct findings *findings)
{
	if (findings->rows <= FINDINGS_ROWS_MAX)
		return OK;
	return buf_addf(&findings->text, "       and %u more\n",
	                findings->rows - FINDINGS_ROWS_MAX);
}

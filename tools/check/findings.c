/* SPDX-License-Identifier: MIT */
#include "tools/check/findings.h"

void
findings_reset(struct findings *findings)
{
	buf_reset(&findings->text);
	json_object_put(findings->list);
	findings->list = json_new_array();
	findings->checked = findings->violated = findings->rows = 0;
}

void
findings_done(struct findings *findings)
{
	buf_done(&findings->text);
	json_object_put(findings->list);
	findings->list = NULL;
}

void
findings_begin(struct findings *findings)
{
	findings->checked++;
	findings->rows = 0;
}

/* One more violation in the list, without rows yet. */
static enum err
violation_begin(struct findings *findings, const char *id, const char *rule)
{
	struct json_object *violation = json_new_object();
	json_put_text(&violation, "id", id);
	json_put_text(&violation, "rule", rule);
	json_put_value(&violation, "rows", json_new_array());
	findings->current = violation;
	json_append(&findings->list, violation);
	return findings->list ? OK : ERR_MEMORY;
}

static enum err
violation_add(struct findings *findings, const char *row)
{
	struct json_object *rows = json_object_object_get(findings->current, "rows");
	struct json_object *text = json_object_new_string(row);
	if (text && json_object_array_add(rows, text) == 0)
		return OK;
	json_object_put(text);
	return ERR_MEMORY;
}

enum err
findings_add(struct findings *findings, const char *id, const char *rule, const char *row)
{
	enum err err = OK;
	if (findings->rows++ == 0) {
		findings->violated++;
		err = buf_addf(&findings->text, "%-4s %s\n", id, rule);
		if (err == OK)
			err = violation_begin(findings, id, rule);
	}
	if (err == OK && findings->rows <= FINDINGS_ROWS_MAX)
		err = violation_add(findings, row);
	if (err == OK && findings->rows <= FINDINGS_ROWS_MAX)
		err = buf_addf(&findings->text, "       %s\n", row);
	return err;
}

enum err
findings_end(struct findings *findings)
{
	struct json_object *count = json_object_new_uint64(findings->rows);
	if (!count ||
	    (findings->rows && json_object_object_add(findings->current, "count", count) != 0)) {
		json_object_put(count);
		return ERR_MEMORY;
	}
	if (!findings->rows)
		json_object_put(count);
	if (findings->rows <= FINDINGS_ROWS_MAX)
		return OK;
	return buf_addf(&findings->text, "       and %u more\n",
	                findings->rows - FINDINGS_ROWS_MAX);
}

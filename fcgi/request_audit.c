/* SPDX-License-Identifier: MIT */
#include "fcgi/request_audit.h"

#include "app/app.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

static bool
has_credentials(const struct raw_request *raw)
{
	return *param_or(raw->params, "HTTP_AUTHORIZATION", "") ||
	       *param_or(raw->params, "HTTP_X_SERVICE_TOKEN", "");
}

/* What the first word of a path names. */
static enum audit_subject
subject_of(const char *path)
{
	static const struct {
		const char *path;
		enum audit_subject subject;
	} subjects[] = {{"/rooms", AUDIT_ABOUT_ROOM},
	                {"/books", AUDIT_ABOUT_BOOKING},
	                {"/payments", AUDIT_ABOUT_PAYMENT},
	                {"/mypages", AUDIT_ABOUT_BOOKING},
	                {"/guestManagementPages", AUDIT_ABOUT_BOOKING},
	                {"/notifications", AUDIT_ABOUT_NOTIFICATION},
	                {"/accounts", AUDIT_ABOUT_ACCOUNT}};
	for (size_t i = 0; i < ARRAY_SIZE(subjects); i++)
		if (strncmp(path, subjects[i].path, strlen(subjects[i].path)) == 0)
			return subjects[i].subject;
	return AUDIT_ABOUT_NOTHING;
}

/* A list of somebody's things is about that account. */
static void
subject_set(const struct request *req, struct audit_entry *entry)
{
	const bool of_somebody = entry->what == AUDIT_OPERATOR_READ && !req->ids[0] &&
	                         req->caller.id != entry->by.id;
	entry->subject = of_somebody ? AUDIT_ABOUT_ACCOUNT : subject_of(req->path);
	entry->subject_id = of_somebody ? req->caller.id : req->ids[0];
}

static void
entry_complete(const struct request *req, struct audit_entry *entry)
{
	memcpy(entry->by.address, req->origin.address, sizeof(entry->by.address));
	memcpy(entry->by.request_id, req->origin.request_id, sizeof(entry->by.request_id));
	snprintf(entry->detail, sizeof(entry->detail), "%s %.50s", method_name(req->method),
	         req->route->pattern);
	subject_set(req, entry);
}

enum err
request_audit(const struct program *program, const struct raw_request *raw,
              const struct request *req, struct response *res, enum err outcome)
{
	struct audit_entry entry;
	if (!program->app || !req->route)
		return outcome;
	const struct audit_request facts = {
		.shown = req->credentials.caller,
		.acts = req->caller,
		.has_credentials = has_credentials(raw),
		.proves = req->route->caller == CALLER_NONE && !req->route->internal,
		.reads = req->method == GET || req->method == HEAD,
		.open = req->route->open || req->route->caller >= CALLER_ACCOUNT};
	if (!audit_of_request(&facts, outcome, &entry))
		return outcome;
	entry_complete(req, &entry);
	enum err err = audit_note(program->app, &entry);
	if (err == OK || entry.what != AUDIT_OPERATOR_READ)
		return outcome;
	res->detail[0] = '\0';
	return err;
}

/* SPDX-License-Identifier: MIT */
#include "adapters/json/identity_claims.h"

#include "adapters/json/fields.h"
#include "adapters/json/members.h"

#include <string.h>

static const struct member subject_table[] = {MEMBER(identity_claims, subject, TEXT, "sub"),
                                              MEMBER_END};
static const struct field email_table[] = {FIELD(identity_claims, email, EMAIL, "email", OPTIONAL),
                                           FIELD_END};
static const struct field name_table[] = {
	FIELD(identity_claims, name, TEXT, "name", OPTIONAL, .max = ACCOUNT_NAME_CHARS), FIELD_END};

/* The boolean true, and nothing that could be taken for it. */
static bool
email_is_verified(struct json_object *json)
{
	struct json_object *verified = NULL;
	return json_object_object_get_ex(json, "email_verified", &verified) &&
	       json_object_is_type(verified, json_type_boolean) &&
	       json_object_get_boolean(verified);
}

enum err
identity_claims_read(struct json_object *json, struct identity_claims *claims)
{
	struct identity_claims read = {.email = ""};
	const struct fields_source from = {.object = json, .currency = "KRW"};
	struct faults faults = {.n = 0};
	if (!json_object_is_type(json, json_type_object) ||
	    members_read(subject_table, json, &read) != OK)
		return ERR_MALFORMED;
	memcpy(claims->subject, read.subject, sizeof(claims->subject));
	claims->email[0] = claims->name[0] = '\0';
	if (email_is_verified(json) && fields_read(&from, email_table, &read, &faults) == OK)
		memcpy(claims->email, read.email, sizeof(claims->email));
	if (fields_read(&from, name_table, &read, &faults) == OK)
		memcpy(claims->name, read.name, sizeof(claims->name));
	return OK;
}

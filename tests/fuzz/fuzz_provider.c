/* SPDX-License-Identifier: MIT */
/* What an OpenID provider answers: its metadata, its keys, and what it says of people. */
#include "fuzz.h"

#include "adapters/http/oidc_metadata.h"
#include "adapters/jose/id_token.h"
#include "adapters/jose/key_set.h"
#include "adapters/json/identity_claims.h"
#include "adapters/json/json.h"
#include "base/mem.h"
#include "domain/alarm/address.h"

#include <string.h>

#define ISSUER "https://id.example.com"

static void
check_metadata(const struct json_object *json)
{
	struct oidc_metadata metadata;
	const char *why = NULL;
	if (oidc_metadata_read(json, ISSUER, &metadata, &why) != OK) {
		PROPERTY(why);
		return;
	}
	PROPERTY(strcmp(metadata.issuer, ISSUER) == 0);
	PROPERTY(oidc_url_is_allowed(metadata.token) && oidc_url_is_allowed(metadata.keys));
	PROPERTY(!*metadata.user || oidc_url_is_allowed(metadata.user));
}

static void
check_claims(struct json_object *json)
{
	struct identity_claims claims = {.issuer = ""};
	if (identity_claims_read(json, &claims) != OK)
		return;
	PROPERTY(strlen(claims.subject) < IDENTITY_SUBJECT_SIZE);
	PROPERTY(!*claims.email || email_is_valid(claims.email));
	PROPERTY(strlen(claims.name) < sizeof(claims.name));
}

static void
check_keys(const char *text)
{
	struct key_set keys;
	if (key_set_parse(text, strlen(text), &keys) != OK)
		return;
	PROPERTY(keys.n > 0 && keys.n <= KEYS_MAX);
	for (size_t i = 0; i < keys.n; i++)
		PROPERTY(*keys.keys[i].kid && strlen(keys.keys[i].kid) < TOKEN_KID_SIZE);
	key_set_done(&keys);
}

/* A token and, after a line feed, the keys it is read by. */
static void
check_token(char *text)
{
	char *line = strchr(text, '\n');
	const struct id_token_reader reader = id_token_reader_jose("roles");
	struct id_token_claims claims;
	const char *why = NULL;
	if (!line)
		return;
	*line = '\0';
	const struct buf keys = {.data = line + 1, .len = strlen(line + 1)};
	PROPERTY(reader.read(reader.self, text, &keys, &claims, &why) == OK || why);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	CLEANUP(free_p) char *text = fuzz_text(bytes, n);
	CLEANUP(json_p) struct json_object *json = NULL;
	const char *why;
	if (json_read(text, strlen(text), &json, &why) == OK) {
		check_metadata(json);
		check_claims(json);
	}
	check_keys(text);
	check_token(text);
	return 0;
}

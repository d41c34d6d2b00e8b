/* SPDX-License-Identifier: MIT */
/* Tokens: the text as it comes in Authorization, and what its header and claims say. An input is a
 * token's text, or a header and claims with a line feed between. */
#include "fuzz.h"

#include "adapters/jose/base64url.h"
#include "adapters/jose/token_text.h"
#include "base/mem.h"

#include <string.h>

#define PART_MAX 1400 /* bytes; longer ones are no token */

/* What can be read and is sound is the same when it is written and read again. */
static void
check_claims(const struct token_claims *claims)
{
	char payload[TOKEN_TEXT];
	struct token_claims again;
	const char *why;
	if (token_claims_check(claims, &why) != OK || token_claims_write(claims, payload) != OK)
		return;
	const struct token_parts parts = {.payload = payload, .payload_len = strlen(payload)};
	PROPERTY(token_claims_read(&parts, claims->kind, &again, &why) == OK);
	PROPERTY(again.account_id == claims->account_id && again.roles == claims->roles);
	PROPERTY(again.iat == claims->iat && again.nbf == claims->nbf && again.exp == claims->exp);
	PROPERTY(strcmp(again.iss, claims->iss) == 0 && strcmp(again.aud, claims->aud) == 0);
	PROPERTY(strcmp(again.service, claims->service) == 0 &&
	         strcmp(again.jti, claims->jti) == 0);
}

static void
check_parts(const struct token_parts *parts)
{
	struct token_header header;
	struct token_claims claims;
	const char *why = NULL;
	if (token_header_read(parts, &header, &why) == OK)
		PROPERTY(header.kind < TOKEN_KIND_MAX && strlen(header.kid) < TOKEN_KID_SIZE);
	else
		PROPERTY(why);
	for (enum token_kind kind = 0; kind < TOKEN_KIND_MAX; kind++)
		if (token_claims_read(parts, kind, &claims, &why) == OK)
			check_claims(&claims);
}

static void
check_text(const char *text)
{
	struct token_parts parts;
	const char *why = NULL;
	if (token_parts_find(text, &parts, &why) == OK)
		check_parts(&parts);
	else
		PROPERTY(why);
}

static void
check_json(const char *text)
{
	static char header[BASE64URL_SIZE(PART_MAX)], payload[BASE64URL_SIZE(PART_MAX)];
	const char *line = strchr(text, '\n');
	if (!line || line - text > PART_MAX || strlen(line + 1) > PART_MAX)
		return;
	base64url_write(text, (size_t)(line - text), header);
	base64url_write(line + 1, strlen(line + 1), payload);
	const struct token_parts parts = {.header = header,
	                                  .header_len = strlen(header),
	                                  .payload = payload,
	                                  .payload_len = strlen(payload)};
	check_parts(&parts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	CLEANUP(free_p) char *text = fuzz_text(bytes, n);
	check_text(text);
	check_json(text);
	return 0;
}

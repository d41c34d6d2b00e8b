/* SPDX-License-Identifier: MIT */
#include "adapters/jose/signature.h"

#include "adapters/jose/jose_config.h"

#include <jose/jws.h>
#include <stdio.h>

enum err
signature_check(const struct json_t *key, const struct token_parts *parts)
{
	jose_cfg_auto_t *cfg = jose_config();
	json_auto_t *jws =
		json_pack("{s:s%, s:s%, s:s%}", "protected", parts->header, parts->header_len,
	                  "payload", parts->payload, parts->payload_len, "signature",
	                  parts->signature, parts->signature_len);
	if (!cfg || !jws)
		return ERR_MEMORY;
	return jose_jws_ver(cfg, jws, NULL, key, false) ? OK : ERR_UNAUTHORIZED;
}

enum err
signature_make(const struct json_t *key, const char *kid, const char *typ, const char *payload,
               char *token, size_t size)
{
	const char *header = NULL, *signature = NULL;
	jose_cfg_auto_t *cfg = jose_config();
	json_auto_t *jws = json_pack("{s:s}", "payload", payload);
	json_auto_t *template = json_pack("{s:{s:s, s:s, s:s}}", "protected", "alg", TOKEN_ALG,
	                                  "kid", kid, "typ", typ);
	if (!cfg || !jws || !template)
		return ERR_MEMORY;
	if (!jose_jws_sig(cfg, jws, template, key) ||
	    json_unpack(jws, "{s:s, s:s}", "protected", &header, "signature", &signature) != 0)
		return ERR_UNAVAILABLE;
	const int n = snprintf(token, size, "%s.%s.%s", header, payload, signature);
	return n >= 0 && (size_t)n < size ? OK : ERR_TOO_LARGE;
}

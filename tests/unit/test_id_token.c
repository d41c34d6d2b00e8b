/* SPDX-License-Identifier: MIT */
/* ID tokens of a foreign issuer, signed here with keys of both kinds. */
#include "adapters/jose/base64url.h"
#include "adapters/jose/id_token.h"
#include "adapters/jose/jose_config.h"
#include "adapters/jose/key_set.h"
#include "base/mem.h"
#include "tests/unit/test.h"

#include <jansson.h>
#include <jose/jwk.h>
#include <jose/jws.h>
#include <stdio.h>
#include <string.h>

#define CLAIMS                                                                                 \
	"\"iss\":\"https://id.example.com\",\"sub\":\"s\",\"nonce\":\"n\",\"iat\":1800000000," \
	"\"exp\":1800000300"
#define GOOD "{" CLAIMS ",\"aud\":\"us\"}"

static json_t *rsa, *ec; /* private keys */
static char token[2 * ID_TOKEN_SIZE];

static json_t *
key_make(const char *alg, const char *kid, int bits)
{
	jose_cfg_auto_t *cfg = jose_config();
	json_t *key = bits ? json_pack("{s:s, s:i}", "kty", "RSA", "bits", bits)
	                   : json_pack("{s:s}", "alg", alg);
	assert_true(jose_jwk_gen(cfg, key));
	json_object_del(key, "key_ops");
	json_object_del(key, "alg");
	assert_int_equal(json_object_set_new(key, "kid", json_string(kid)), 0);
	return key;
}

static int
begin(void **state)
{
	(void)state;
	rsa = key_make("RS256", "r", 0);
	ec = key_make("ES256", "e", 0);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	json_decref(rsa);
	json_decref(ec);
	return 0;
}

/* A set of the public halves of some keys; NULL ends them. */
static void
set_write(struct buf *to, json_t *const keys[])
{
	jose_cfg_auto_t *cfg = jose_config();
	json_auto_t *set = json_pack("{s:[]}", "keys");
	json_t *list = NULL;
	assert_int_equal(json_unpack(set, "{s:o}", "keys", &list), 0);
	for (; *keys; keys++) {
		json_t *copy = json_deep_copy(*keys);
		assert_true(jose_jwk_pub(cfg, copy));
		json_array_append_new(list, copy);
	}
	char *text = json_dumps(set, 0);
	buf_reset(to);
	assert_ok(buf_add(to, text, strlen(text)));
	free(text);
}

/* Signs with a key under a header. */
static const char *
signed_with(json_t *key, const char *header, const char *payload)
{
	jose_cfg_auto_t *cfg = jose_config();
	char head[BASE64URL_SIZE(256)], body[BASE64URL_SIZE(1024)];
	const char *signature = NULL;
	base64url_write(header, strlen(header), head);
	base64url_write(payload, strlen(payload), body);
	json_auto_t *jws = json_pack("{s:s}", "payload", body);
	json_auto_t *template = json_pack("{s:s}", "protected", head);
	assert_true(jose_jws_sig(cfg, jws, template, key));
	assert_int_equal(json_unpack(jws, "{s:s}", "signature", &signature), 0);
	snprintf(token, sizeof(token), "%s.%s.%s", head, body, signature);
	return token;
}

static enum err
read_by(json_t *const keys[], const char *text, struct id_token_claims *ret_claims)
{
	CLEANUP(buf_done) struct buf set = BUF_INIT(OIDC_KEYS_BYTES);
	const struct id_token_reader reader = id_token_reader_jose("roles");
	const char *why = NULL;
	set_write(&set, keys);
	enum err err = reader.read(reader.self, text, &set, ret_claims, &why);
	assert_true((err == OK) == (why == NULL));
	return err;
}

static enum err
read_token(const char *text, struct id_token_claims *ret_claims)
{
	json_t *const keys[] = {rsa, ec, NULL};
	return read_by(keys, text, ret_claims);
}

static enum err
judged(const char *payload)
{
	struct id_token_claims claims;
	return read_token(signed_with(rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", payload), &claims);
}

static void
tokens_of_both_algorithms_are_read(void **state)
{
	(void)state;
	static const char payload[] = "{" CLAIMS ",\"aud\":[\"us\",\"others\"],\"azp\":\"us\","
				      "\"email\":\"ana@example.com\",\"email_verified\":true,"
				      "\"name\":\"Ana\",\"nbf\":1799999999}";
	struct id_token_claims claims;
	assert_ok(
		read_token(signed_with(ec, "{\"alg\":\"ES256\",\"kid\":\"e\"}", payload), &claims));
	assert_ok(read_token(
		signed_with(rsa, "{\"alg\":\"RS256\",\"kid\":\"r\",\"typ\":\"JWT\"}", payload),
		&claims));
	assert_string_equal(claims.who.issuer, "https://id.example.com");
	assert_string_equal(claims.who.subject, "s");
	assert_string_equal(claims.who.email, "ana@example.com");
	assert_string_equal(claims.who.name, "Ana");
	assert_int_equal(claims.n_audiences, 2);
	assert_string_equal(claims.audiences[1], "others");
	assert_string_equal(claims.azp, "us");
	assert_string_equal(claims.nonce, "n");
	assert_int_equal(claims.iat, 1800000000000);
	assert_int_equal(claims.nbf, 1799999999000);
}

static void
an_access_token_has_a_type_roles_and_perhaps_a_key(void **state)
{
	(void)state;
	static const struct {
		const char *rest;
		unsigned roles;
	} of[] = {
		{"", 0},
		{",\"roles\":\"host\"", ROLE_HOST},
		{",\"roles\":[\"guest\",\"host\",\"operator\",\"service\",\"admin\",1,null]",
	         ROLE_GUEST | ROLE_HOST},
		{",\"roles\":{\"host\":true}", 0},
		{",\"groups\":[\"host\"]", 0},
	};
	struct id_token_claims claims;
	for (size_t i = 0; i < ARRAY_SIZE(of); i++) {
		char payload[512];
		snprintf(payload, sizeof(payload),
		         "{\"iss\":\"i\",\"sub\":\"s\",\"iat\":1,\"exp\":2,\"aud\":\"us\"%s}",
		         of[i].rest);
		assert_ok(read_token(
			signed_with(rsa, "{\"alg\":\"RS256\",\"kid\":\"r\",\"typ\":\"at+jwt\"}",
		                    payload),
			&claims));
		assert_int_equal(claims.roles, of[i].roles);
		assert_string_equal(claims.typ, "at+jwt");
		assert_string_equal(claims.nonce, "");
		assert_false(claims.has_key);
	}
	signed_with(rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}",
	            "{\"iss\":\"i\",\"sub\":\"s\",\"iat\":1,\"exp\":2,\"aud\":\"us\",\"cnf\":{}}");
	assert_ok(read_token(token, &claims));
	assert_true(claims.has_key);
	assert_string_equal(claims.typ, "");
}

static void
an_email_that_is_not_verified_is_none(void **state)
{
	(void)state;
	static const char *const rest[] = {"", ",\"email_verified\":false",
	                                   ",\"email_verified\":\"true\"", ",\"email_verified\":1",
	                                   ",\"email_verified\":null"};
	for (size_t i = 0; i < ARRAY_SIZE(rest); i++) {
		char payload[512];
		struct id_token_claims claims;
		snprintf(payload, sizeof(payload),
		         "{" CLAIMS ",\"aud\":\"us\",\"email\":\"ana@example.com\"%s}", rest[i]);
		assert_ok(read_token(signed_with(rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", payload),
		                     &claims));
		assert_string_equal(claims.who.email, "");
	}
}

static void
the_key_is_that_of_the_kid_and_for_the_algorithm(void **state)
{
	(void)state;
	struct id_token_claims claims;
	json_t *const no_rsa[] = {ec, NULL};
	signed_with(rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", GOOD);
	assert_ok(read_token(token, &claims));
	assert_err(read_by(no_rsa, token, &claims), ERR_NOT_FOUND);
	signed_with(rsa, "{\"alg\":\"RS256\",\"kid\":\"e\"}", GOOD);
	assert_err(read_token(token, &claims), ERR_NOT_FOUND);
	signed_with(rsa, "{\"alg\":\"RS512\",\"kid\":\"r\"}", GOOD);
	assert_err(read_token(token, &claims), ERR_UNAUTHORIZED);
	signed_with(rsa, "{\"alg\":\"RS256\"}", GOOD);
	assert_err(read_token(token, &claims), ERR_UNAUTHORIZED);
	signed_with(rsa, "{\"alg\":\"RS256\",\"kid\":\"r\",\"b65\":1}", GOOD);
	assert_ok(read_token(token, &claims));
	json_auto_t *foreign = key_make("RS256", "r", 0);
	signed_with(foreign, "{\"alg\":\"RS256\",\"kid\":\"r\"}", GOOD);
	assert_err(read_token(token, &claims), ERR_UNAUTHORIZED);
}

static void
keys_that_are_short_or_for_something_else_do_not_count(void **state)
{
	(void)state;
	struct id_token_claims claims;
	json_auto_t *encrypts = json_deep_copy(rsa), *other = json_deep_copy(rsa);
	json_object_set_new(encrypts, "use", json_string("enc"));
	json_object_set_new(other, "alg", json_string("PS256"));
	json_t *const sets[][2] = {{encrypts, NULL}, {other, NULL}, {NULL, NULL}};
	signed_with(rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", GOOD);
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		assert_err(read_by(sets[i], token, &claims), ERR_UNAVAILABLE);
	/* 1024 bits */
	static const char n[] =
		"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"r\",\"e\":\"AQAB\",\"n\":\"%0171d\"}]}";
	char text[512];
	struct key_set keys;
	snprintf(text, sizeof(text), n, 7);
	assert_err(key_set_parse(text, strlen(text), &keys), ERR_UNAVAILABLE);
}

static void
what_a_claim_cannot_be_is_refused(void **state)
{
	(void)state;
	static const char *const payloads[] = {
		"{" CLAIMS "}",
		"{" CLAIMS ",\"aud\":[]}",
		"{" CLAIMS ",\"aud\":[1]}",
		"{" CLAIMS ",\"aud\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}",
		"{" CLAIMS ",\"aud\":\"us\\u0000x\"}",
		"{" CLAIMS ",\"aud\":\"us\",\"nbf\":\"1\"}",
		"{" CLAIMS ",\"aud\":\"us\",\"azp\":1}",
		"{" CLAIMS ",\"aud\":\"us\",\"aud\":\"us\"}",
		"[]",
		"{\"sub\":\"s\",\"aud\":\"us\"}",
		"{\"iss\":\"i\",\"sub\":1,\"nonce\":\"n\",\"iat\":1,\"exp\":2,\"aud\":\"us\"}",
		"{\"iss\":\"i\",\"sub\":\"s\",\"nonce\":\"n\",\"iat\":-1,\"exp\":2,\"aud\":\"us\"}",
		("{\"iss\":\"i\",\"sub\":\"s\",\"nonce\":\"n\",\"iat\":1,\"exp\":1e99,"
	         "\"aud\":\"us\"}"),
	};
	assert_ok(judged(GOOD));
	for (size_t i = 0; i < ARRAY_SIZE(payloads); i++)
		assert_err(judged(payloads[i]), ERR_UNAUTHORIZED);
}

static void
what_is_no_token_is_refused(void **state)
{
	(void)state;
	struct id_token_claims claims;
	static const char *const texts[] = {"",
	                                    ".",
	                                    "..",
	                                    "a.b.c",
	                                    "e30.e30.",
	                                    "e30.e30.e30.e30",
	                                    "eyJhbGciOiJub25lIiwia2lkIjoiciJ9.e30.AA",
	                                    "e30.e30.\xFF",
	                                    "e30.\xFF.e30"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_err(read_token(texts[i], &claims), ERR_UNAUTHORIZED);
	signed_with(rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", GOOD);
	const size_t len = strlen(token);
	memset(token + len, 'A', ID_TOKEN_SIZE);
	token[len + ID_TOKEN_SIZE] = '\0';
	assert_err(read_token(token, &claims), ERR_UNAUTHORIZED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_of_both_algorithms_are_read),
		cmocka_unit_test(an_access_token_has_a_type_roles_and_perhaps_a_key),
		cmocka_unit_test(an_email_that_is_not_verified_is_none),
		cmocka_unit_test(the_key_is_that_of_the_kid_and_for_the_algorithm),
		cmocka_unit_test(keys_that_are_short_or_for_something_else_do_not_count),
		cmocka_unit_test(what_a_claim_cannot_be_is_refused),
		cmocka_unit_test(what_is_no_token_is_refused),
	};
	return cmocka_run_group_tests(tests, begin, end);
}

/* SPDX-License-Identifier: MIT */
/* Tokens that are signed: the contract of their ports, and forged tokens. */
#include "tests/unit/jose_keys.h"

#include "adapters/jose/base64url.h"
#include "adapters/jose/jose_config.h"
#include "base/mem.h"
#include "tests/fakes/token_fake.h"

#include <jansson.h>
#include <jose/jwk.h>
#include <jose/jws.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define TEXT (128 * 1024)
#define CLAIMS                                                                                \
	"\"iss\":\"" ISSUER "\",\"sub\":\"42\",\"aud\":\"" TOKEN_AUDIENCE "\",\"jti\":\"j\"," \
	"\"iat\":" SECONDS ",\"nbf\":" SECONDS ",\"exp\":1800000900,\"roles\":[\"guest\"]"

/* ---- forging --------------------------------------------------------------------------------- */

static char token[3 * TEXT];

/* Any header and any claims, with a correct signature by the key of a file. */
static const char *
forge_by(const char *key_file, const char *header, const char *claims)
{
	static char head[TEXT], body[TEXT];
	const char *signature = NULL;
	json_error_t error;
	base64url_write(header, strlen(header), head);
	base64url_write(claims, strlen(claims), body);
	json_auto_t *key = json_load_file(key_file, 0, &error);
	jose_cfg_auto_t *cfg = jose_config();
	json_auto_t *jws = json_pack("{s:s}", "payload", body);
	json_auto_t *exact = json_pack("{s:s}", "protected", head);
	assert_true(jose_jws_sig(cfg, jws, exact, key));
	assert_int_equal(json_unpack(jws, "{s:s}", "signature", &signature), 0);
	snprintf(token, sizeof(token), "%s.%s.%s", head, body, signature);
	return token;
}

static const char *
header_of(const char *more)
{
	static char header[TEXT];
	snprintf(header, sizeof(header), "{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"at+jwt\"%s}",
	         kid, more);
	return header;
}

static const char *
forge(const char *more_header, const char *claims)
{
	return forge_by(private_key, header_of(more_header), claims);
}

static void
a_token_made_by_hand_counts_so_that_the_others_fail_for_their_own_fault(void **state)
{
	(void)state;
	struct token_claims claims;
	assert_ok(verify_as(forge("", "{" CLAIMS "}"), TOKEN_ACCESS, &claims));
	assert_int_equal(claims.account_id, 42);
	assert_int_equal(claims.roles, ROLE_GUEST);
	assert_ok(verify(forge("", "{" CLAIMS ",\"unknown\":[1]}")));
}

static void
an_email_counts_only_if_it_is_verified(void **state)
{
	(void)state;
	static const struct {
		const char *more, *email;
	} cases[] = {
		{"", ""},
		{",\"email\":\"a@b.example\",\"email_verified\":true", "a@b.example"},
		{",\"email\":\"a@b.example\",\"email_verified\":false", ""},
		{",\"email\":\"a@b.example\"", ""},
		{",\"email_verified\":true", ""},
	};
	static const char *const wrong[] = {
		",\"email\":7,\"email_verified\":true",
		",\"email\":[\"a@b.example\"],\"email_verified\":true",
		",\"email\":null,\"email_verified\":true",
		",\"email\":\"a@b.example\",\"email_verified\":\"true\"",
		",\"email\":\"a@b.example\",\"email_verified\":1",
		",\"email\":\"a@b.example\\u0000x\",\"email_verified\":true",
		",\"email\":\"a@b.example\",\"email\":\"c@d.example\",\"email_verified\":true",
	};
	struct token_claims claims;
	char body[2048], text[TOKEN_EMAIL_SIZE + 1] = "";
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(body, sizeof(body), "{" CLAIMS "%s}", cases[i].more);
		assert_ok(verify_as(forge("", body), TOKEN_ACCESS, &claims));
		assert_string_equal(claims.email, cases[i].email);
	}
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		snprintf(body, sizeof(body), "{" CLAIMS "%s}", wrong[i]);
		assert_err(verify(forge("", body)), ERR_UNAUTHORIZED);
	}
	memset(text, 'x', sizeof(text) - 1);
	snprintf(body, sizeof(body), "{" CLAIMS ",\"email\":\"%s\",\"email_verified\":true}", text);
	assert_err(verify(forge("", body)), ERR_UNAUTHORIZED);
}

static void
a_token_without_a_signature_does_not_count(void **state)
{
	(void)state;
	static const char *const algs[] = {"\"alg\":\"none\",", "\"alg\":\"None\",",
	                                   "\"alg\":\"ES256\",", ""};
	static const char *const ends[] = {"", ".", ".AA", "..", ".e30"};
	char header[256], head[512], body[1024], text[2048];
	base64url_write("{" CLAIMS "}", strlen("{" CLAIMS "}"), body);
	for (size_t i = 0; i < ARRAY_SIZE(algs); i++) {
		snprintf(header, sizeof(header), "{%s\"kid\":\"%s\",\"typ\":\"at+jwt\"}", algs[i],
		         kid);
		base64url_write(header, strlen(header), head);
		for (size_t k = 0; k < ARRAY_SIZE(ends); k++) {
			snprintf(text, sizeof(text), "%s.%s%s", head, body, ends[k]);
			assert_err(verify(text), ERR_UNAUTHORIZED);
		}
	}
}

/* The public key's own text as the secret of an HMAC: what libraries fell for. */
static void
a_token_signed_by_hmac_with_the_public_key_does_not_count(void **state)
{
	(void)state;
	static const char *const algs[] = {"HS256", "ES256"};
	char secret[4096], header[256], head[512], body[1024], text[4096];
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	FILE *file = fopen(public_keys, "r");
	const size_t n = fread(secret, 1, sizeof(secret), file);
	fclose(file);
	for (size_t i = 0; i < ARRAY_SIZE(algs); i++) {
		snprintf(header, sizeof(header),
		         "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"at+jwt\"}", algs[i], kid);
		base64url_write(header, strlen(header), head);
		base64url_write("{" CLAIMS "}", strlen("{" CLAIMS "}"), body);
		snprintf(text, sizeof(text), "%s.%s", head, body);
		crypto_auth_hmacsha256_state hmac;
		crypto_auth_hmacsha256_init(&hmac, (unsigned char *)secret, n);
		crypto_auth_hmacsha256_update(&hmac, (unsigned char *)text, strlen(text));
		crypto_auth_hmacsha256_final(&hmac, mac);
		strcat(text, ".");
		base64url_write(mac, sizeof(mac), text + strlen(text));
		assert_err(verify(text), ERR_UNAUTHORIZED);
	}
}

static void
an_altered_token_does_not_count_wherever_it_was_altered(void **state)
{
	(void)state;
	char good[TOKEN_TEXT], bad[TOKEN_TEXT + 3];
	issue(good);
	for (size_t i = 0; i < strlen(good); i++) {
		memcpy(bad, good, sizeof(good));
		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		assert_err(verify(bad), ERR_UNAUTHORIZED);
		bad[i] = '\0';
		assert_err(verify(bad), ERR_UNAUTHORIZED);
	}
	snprintf(bad, sizeof(bad), "%sA", good);
	assert_err(verify(bad), ERR_UNAUTHORIZED);
	snprintf(bad, sizeof(bad), "%s=", good);
	assert_err(verify(bad), ERR_UNAUTHORIZED);
	snprintf(bad, sizeof(bad), "%s.x", good);
	assert_err(verify(bad), ERR_UNAUTHORIZED);
	assert_ok(verify(good));
}

static void
a_token_of_another_key_does_not_count(void **state)
{
	(void)state;
	char other[TOKEN_KID_SIZE], header[256];
	/* signed by another key under the kid of ours, and under its own */
	assert_err(verify(forge_by(other_key, header_of(""), "{" CLAIMS "}")), ERR_UNAUTHORIZED);
	assert_ok(key_files_list(&others, kid_take, other));
	snprintf(header, sizeof(header), "{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"at+jwt\"}",
	         other);
	assert_err(verify(forge_by(other_key, header, "{" CLAIMS "}")), ERR_UNAUTHORIZED);
	/* a service that signs what only account may sign */
	assert_err(verify(forge_by(other_key, header,
	                           "{\"iss\":\"book\",\"sub\":\"42\",\"aud\":\"" TOKEN_AUDIENCE
	                           "\",\"jti\":\"j\",\"iat\":" SECONDS ",\"nbf\":" SECONDS
	                           ",\"exp\":1800000060,\"roles\":[\"operator\"]}")),
	           ERR_UNAUTHORIZED);
}

static void
a_header_with_anything_else_does_not_count(void **state)
{
	(void)state;
	static const char *const more[] = {
		",\"crit\":[\"exp\"]",
		",\"crit\":[]",
		",\"b64\":false,\"crit\":[\"b64\"]",
		",\"jku\":\"https://evil.example/keys\"",
		",\"x5u\":\"https://evil.example/cert\"",
		",\"x5c\":[\"AAAA\"]",
		",\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
		",\"cty\":\"JWT\"",
		",\"zip\":\"DEF\"",
		",\"alg\":\"ES256\"",
		",\"kid\":\"other\"",
	};
	for (size_t i = 0; i < ARRAY_SIZE(more); i++)
		assert_err(verify(forge(more[i], "{" CLAIMS "}")), ERR_UNAUTHORIZED);
}

/* The token brings the key that it is signed by. */
static void
an_embedded_key_is_not_used(void **state)
{
	(void)state;
	char header[2048];
	json_error_t error;
	jose_cfg_auto_t *cfg = jose_config();
	json_auto_t *key = json_load_file(other_key, 0, &error);
	assert_true(jose_jwk_pub(cfg, key));
	CLEANUP(free_p) char *text = json_dumps(key, JSON_COMPACT);
	snprintf(header, sizeof(header),
	         "{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"at+jwt\",\"jwk\":%s}", kid, text);
	assert_err(verify(forge_by(other_key, header, "{" CLAIMS "}")), ERR_UNAUTHORIZED);
}

static void
every_claim_has_to_be_there_once_and_of_its_type(void **state)
{
	(void)state;
	static const char *const claims[] = {
		"",
		"[]",
		"{}",
		"null",
		"{" CLAIMS ",\"sub\":\"42\"}",
		"{" CLAIMS ",\"roles\":[\"operator\"]}",
		"{" CLAIMS "} ",
		"{" CLAIMS "}{}",
		"{\"iss\":\"" ISSUER
		"\",\"sub\":42,\"aud\":\"myhotel\",\"jti\":\"j\",\"iat\":" SECONDS
		",\"nbf\":" SECONDS ",\"exp\":1800000900,\"roles\":[\"guest\"]}",
		"{\"iss\":\"" ISSUER
		"\",\"sub\":\"42\",\"aud\":[\"myhotel\",\"x\"],\"jti\":\"j\",\"iat\":" SECONDS
		",\"nbf\":" SECONDS ",\"exp\":1800000900,\"roles\":[\"guest\"]}",
		"{\"iss\":\"" ISSUER
		"\",\"sub\":\"042\",\"aud\":\"myhotel\",\"jti\":\"j\",\"iat\":" SECONDS
		",\"nbf\":" SECONDS ",\"exp\":1800000900,\"roles\":[\"guest\"]}",
		"{\"iss\":\"" ISSUER
		"\",\"sub\":\"42\",\"aud\":\"myhotel\",\"jti\":\"j\",\"iat\":" SECONDS
		",\"nbf\":" SECONDS ",\"exp\":1800000900,\"roles\":\"guest\"}",
		"{\"iss\":\"" ISSUER
		"\",\"sub\":\"42\",\"aud\":\"myhotel\",\"jti\":\"j\",\"iat\":" SECONDS
		",\"nbf\":" SECONDS ",\"exp\":1800000900,\"roles\":[\"guest\",\"root\"]}",
		"{\"iss\":\"" ISSUER
		"\",\"sub\":\"42\",\"aud\":\"myhotel\",\"jti\":\"j\",\"iat\":" SECONDS
		",\"nbf\":" SECONDS ",\"exp\":1800000900,\"roles\":[\"service\"]}",
		"{\"iss\":\"" ISSUER
		"\",\"sub\":\"42\",\"aud\":\"myhotel\",\"jti\":\"j\",\"iat\":" SECONDS
		",\"nbf\":" SECONDS ",\"roles\":[\"guest\"]}",
		"{\"iss\":\"" ISSUER
		"\",\"sub\":\"42\",\"aud\":\"myhotel\",\"jti\":\"j\",\"iat\":" SECONDS
		",\"nbf\":" SECONDS ",\"exp\":99999999999999999999,\"roles\":[\"guest\"]}",
		"{\"iss\":\"" ISSUER
		"\",\"sub\":\"42\",\"aud\":\"myhotel\",\"jti\":\"j\",\"iat\":" SECONDS
		",\"nbf\":" SECONDS ",\"exp\":9223372036854775807,\"roles\":[\"guest\"]}",
		"{\"iss\":\"" ISSUER
		"\",\"sub\":\"42\",\"aud\":\"myhotel\",\"jti\":\"j\",\"iat\":" SECONDS
		",\"nbf\":\"" SECONDS "\",\"exp\":1800000900,\"roles\":[\"guest\"]}",
	};
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++)
		if (strcmp(claims[i], "{" CLAIMS "} ") != 0) /* white space may follow */
			assert_err(verify(forge("", claims[i])), ERR_UNAUTHORIZED);
}

static void
times_issuer_and_audience_are_looked_at(void **state)
{
	(void)state;
	static const char *const parts[][2] = {
		{"\"exp\":1800000900", "\"exp\":1799999995"}, /* expired */
		{"\"nbf\":" SECONDS, "\"nbf\":1800000006"},   /* not yet */
		{"\"iat\":" SECONDS, "\"iat\":1800000006"},
		{"\"exp\":1800000900", "\"exp\":1800000901"}, /* lives too long */
		{ISSUER, "https://evil.example"},
		{TOKEN_AUDIENCE, "otherhotel"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		char claims[1024] = "{" CLAIMS "}";
		const char *at = strstr(claims, parts[i][0]);
		assert_non_null(at);
		char changed[1024];
		snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - claims), claims,
		         parts[i][1], at + strlen(parts[i][0]));
		assert_err(verify(forge("", changed)), ERR_UNAUTHORIZED);
	}
}

static void
a_token_of_64_kilobytes_is_refused_unread(void **state)
{
	(void)state;
	static char claims[64 * 1024];
	int n = snprintf(claims, sizeof(claims), "{" CLAIMS ",\"x\":\"");
	memset(claims + n, 'x', sizeof(claims) - (size_t)n - 3);
	strcpy(claims + sizeof(claims) - 3, "\"}");
	assert_err(verify(forge("", claims)), ERR_UNAUTHORIZED);
}

static void
a_service_signs_its_own_tokens_and_no_others(void **state)
{
	(void)state;
	struct jose_issuer *book;
	struct token_claims claims, found;
	char text[TOKEN_TEXT];
	const char *why;
	assert_ok(jose_issuer_open("book", other_key, &book));
	const struct token_issuer port = jose_issuer_port(book);
	const struct token_verifier pay = jose_verifier_port(verifier);
	assert_ok(token_service_claims("book", "pay", JTI, NOW, &claims));
	assert_ok(port.issue(port.self, &claims, text, sizeof(text)));
	assert_ok(pay.verify(pay.self, text, TOKEN_SERVICE, &found, &why));
	assert_string_equal(found.service, "book");
	assert_err(pay.verify(pay.self, text, TOKEN_ACCESS, &found, &why), ERR_UNAUTHORIZED);
	assert_ok(token_service_claims("book", "room", JTI, NOW, &claims));
	assert_ok(port.issue(port.self, &claims, text, sizeof(text)));
	assert_err(pay.verify(pay.self, text, TOKEN_SERVICE, &found, &why), ERR_UNAUTHORIZED);
	jose_issuer_close(book);
}

/* ---- the contract ---------------------------------------------------------------------------- */

static struct token_fake fake;

static void
fake_set_now(instant_t instant)
{
	fake.now = instant;
}

static int
suite_on_the_fake(void)
{
	token_fake_init(&fake, TOKEN_SUITE_ISSUER, TOKEN_AUDIENCE, NOW);
	const struct token_subject subject = {token_fake_issuer(&fake), token_fake_verifier(&fake),
	                                      fake_set_now};
	return token_suite_run("token, fake", &subject);
}

static int
suite_on_libjose(void)
{
	begin(NULL);
	const struct token_subject subject = {jose_issuer_port(issuer),
	                                      jose_verifier_port(verifier), set_now};
	int failed = token_suite_run("token, libjose", &subject);
	set_now(NOW);
	return failed;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_token_made_by_hand_counts_so_that_the_others_fail_for_their_own_fault),
		cmocka_unit_test(an_email_counts_only_if_it_is_verified),
		cmocka_unit_test(a_token_without_a_signature_does_not_count),
		cmocka_unit_test(a_token_signed_by_hmac_with_the_public_key_does_not_count),
		cmocka_unit_test(an_altered_token_does_not_count_wherever_it_was_altered),
		cmocka_unit_test(a_token_of_another_key_does_not_count),
		cmocka_unit_test(a_header_with_anything_else_does_not_count),
		cmocka_unit_test(an_embedded_key_is_not_used),
		cmocka_unit_test(every_claim_has_to_be_there_once_and_of_its_type),
		cmocka_unit_test(times_issuer_and_audience_are_looked_at),
		cmocka_unit_test(a_token_of_64_kilobytes_is_refused_unread),
		cmocka_unit_test(a_service_signs_its_own_tokens_and_no_others),
	};
	int failed = suite_on_the_fake();
	failed += suite_on_libjose();
	failed += cmocka_run_group_tests_name("forged tokens", tests, NULL, NULL);
	failed += jose_key_tests();
	return failed;
}

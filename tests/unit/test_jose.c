/* SPDX-License-Identifier: MIT */
/* Tokens that are signed: the contract of their ports, forged tokens, and keys that are replaced. */
#include "adapters/jose/base64url.h"
#include "adapters/jose/issuer.h"
#include "adapters/jose/jose_config.h"
#include "adapters/jose/key_files.h"
#include "adapters/jose/key_source.h"
#include "adapters/jose/token_cache.h"
#include "adapters/jose/verifier.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tests/contract/token_suite.h"
#include "tests/fakes/token_fake.h"
#include "tests/unit/test.h"

#include <inttypes.h>
#include <jansson.h>
#include <jose/jwk.h>
#include <jose/jws.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ISSUER  TOKEN_SUITE_ISSUER
#define NOW     1800000000000
#define JTI     "01920000-0000-7000-8000-000000000000"
#define SECONDS "1800000000"
#define TEXT    (128 * 1024)
#define CLAIMS                                                                                \
	"\"iss\":\"" ISSUER "\",\"sub\":\"42\",\"aud\":\"" TOKEN_AUDIENCE "\",\"jti\":\"j\"," \
	"\"iat\":" SECONDS ",\"nbf\":" SECONDS ",\"exp\":1800000900,\"roles\":[\"guest\"]"

static char folder[] = "/tmp/hotel-jose-XXXXXX";
static char private_key[64], public_keys[64], next_key[64], other_key[64], other_keys[64];
static const struct key_files files = {private_key, public_keys};
static const struct key_files others = {other_key, other_keys};
static struct jose_issuer *issuer;
static struct jose_verifier *verifier;
static instant_t clock_now = NOW;
static char kid[TOKEN_KID_SIZE];

static instant_t
now(void)
{
	return clock_now;
}

static void
set_now(instant_t instant)
{
	clock_now = instant;
}

static void
kid_take(void *arg, const struct key_info *info)
{
	if (info->signs)
		memcpy(arg, info->kid, sizeof(info->kid));
}

/* A verifier that reads its files at once. */
static void
reopen(void)
{
	const struct token_trust trusted[] = {
		{TOKEN_ACCESS, ISSUER, TOKEN_AUDIENCE, public_keys},
		{TOKEN_SERVICE, "book", "pay", other_keys},
	};
	jose_verifier_close(verifier);
	assert_ok(jose_verifier_open(trusted, ARRAY_SIZE(trusted), now, &verifier));
	jose_issuer_close(issuer);
	assert_ok(jose_issuer_open(ISSUER, private_key, &issuer));
	assert_ok(key_files_list(&files, kid_take, kid));
	set_now(NOW);
}

static int
begin(void **state)
{
	(void)state;
	assert_true(sodium_init() >= 0);
	assert_non_null(mkdtemp(folder));
	snprintf(private_key, sizeof(private_key), "%s/key", folder);
	snprintf(public_keys, sizeof(public_keys), "%s/keys", folder);
	snprintf(next_key, sizeof(next_key), "%s/next", folder);
	snprintf(other_key, sizeof(other_key), "%s/other", folder);
	snprintf(other_keys, sizeof(other_keys), "%s/others", folder);
	assert_ok(key_files_make(&files, NOW));
	assert_ok(key_files_make(&others, NOW));
	reopen();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	const char *const paths[] = {private_key, public_keys, next_key, other_key, other_keys};
	jose_verifier_close(verifier);
	jose_issuer_close(issuer);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		unlink(paths[i]);
	return rmdir(folder);
}

static enum err
verify_as(const char *token, enum token_kind kind, struct token_claims *ret_claims)
{
	const struct token_verifier port = jose_verifier_port(verifier);
	const char *why = NULL;
	enum err err = port.verify(port.self, token, kind, ret_claims, &why);
	if (err == ERR_UNAUTHORIZED)
		assert_non_null(why);
	return err;
}

static enum err
verify(const char *token)
{
	struct token_claims claims;
	return verify_as(token, TOKEN_ACCESS, &claims);
}

static void
issue(char token[TOKEN_TEXT])
{
	const struct token_issuer port = jose_issuer_port(issuer);
	struct token_claims claims;
	token_access_claims(42, ROLE_GUEST, "01920000-0000-7000-8000-000000000000", NOW, &claims);
	assert_ok(port.issue(port.self, &claims, token, TOKEN_TEXT));
}

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

/* ---- keys ------------------------------------------------------------------------------------ */

struct key_count {
	unsigned n, signing, ending;
};

static void
key_count(void *arg, const struct key_info *info)
{
	struct key_count *count = arg;
	count->n++;
	count->signing += info->signs;
	count->ending += info->until != 0;
}

static struct key_count
count_keys(void)
{
	struct key_count count = {.n = 0};
	assert_ok(key_files_list(&files, key_count, &count));
	return count;
}

static void
a_private_key_is_its_owners_and_its_public_half_has_nothing_of_it(void **state)
{
	(void)state;
	struct stat file;
	json_error_t error;
	json_t *d = NULL;
	assert_int_equal(stat(private_key, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0600);
	json_auto_t *set = json_load_file(public_keys, 0, &error);
	json_auto_t *key = json_load_file(private_key, 0, &error);
	assert_int_equal(json_unpack(key, "{s:o}", "d", &d), 0);
	assert_int_not_equal(json_unpack(set, "{s:[{s:o}]}", "keys", "d", &d), 0);
}

static void
making_keys_again_changes_nothing_and_a_lost_public_half_is_made_again(void **state)
{
	(void)state;
	char good[TOKEN_TEXT];
	issue(good);
	assert_ok(key_files_make(&files, NOW));
	assert_int_equal(count_keys().n, 1);
	assert_int_equal(unlink(public_keys), 0);
	assert_ok(key_files_make(&files, NOW));
	reopen();
	assert_ok(verify(good));
}

static void
replacing_a_key_ends_no_token(void **state)
{
	(void)state;
	char before[TOKEN_TEXT], meanwhile[TOKEN_TEXT], after[TOKEN_TEXT];
	issue(before);
	assert_ok(key_files_publish(&files, next_key, NOW));
	reopen();
	issue(meanwhile); /* by the key before */
	assert_ok(verify(meanwhile));
	assert_ok(key_files_switch(&files, next_key, false, NOW));
	assert_int_equal(count_keys().n, 2);
	assert_int_equal(count_keys().signing, 1);
	assert_int_equal(count_keys().ending, 1);
	assert_ok(verify(before));
	reopen();
	issue(after);
	assert_ok(verify(before));
	assert_ok(verify(meanwhile));
	assert_ok(verify(after));
	set_now(NOW + (instant_t)KEY_RETIRED_S * 1000);
	assert_err(verify(before), ERR_UNAUTHORIZED);
}

static void
the_next_replacement_removes_what_has_ended(void **state)
{
	(void)state;
	const instant_t later = NOW + (instant_t)(KEY_RETIRED_S + 1) * 1000;
	assert_ok(key_files_publish(&files, next_key, later));
	assert_ok(key_files_switch(&files, next_key, false, later));
	assert_int_equal(count_keys().n, 2);
}

static void
a_key_that_is_replaced_at_once_ends_its_tokens(void **state)
{
	(void)state;
	char before[TOKEN_TEXT], after[TOKEN_TEXT];
	reopen();
	issue(before);
	assert_ok(verify(before));
	assert_ok(key_files_publish(&files, next_key, NOW));
	assert_ok(key_files_switch(&files, next_key, true, NOW));
	assert_int_equal(count_keys().n, 1);
	reopen();
	issue(after);
	assert_ok(verify(after));
	assert_err(verify(before), ERR_UNAUTHORIZED);
}

/* Until the deadline, as the file is looked at by time. */
static enum err
await(const char *text, enum err expected)
{
	enum err err;
	const int64_t until = monotonic_ms() + 10 * KEY_LOOK_MS;
	do {
		err = verify(text);
		if (err != expected)
			sleep_ms(20);
	} while (err != expected && monotonic_ms() < until);
	return err;
}

static void
a_running_verifier_reads_new_keys_and_forgets_removed_ones(void **state)
{
	(void)state;
	char before[TOKEN_TEXT], after[TOKEN_TEXT];
	struct jose_issuer *next;
	issue(before);
	assert_ok(verify(before));
	assert_ok(key_files_publish(&files, next_key, NOW));
	assert_ok(jose_issuer_open(ISSUER, next_key, &next));
	struct jose_issuer *first = issuer;
	issuer = next;
	issue(after);
	issuer = first;
	jose_issuer_close(next);
	assert_ok(await(after, OK));
	assert_ok(key_files_switch(&files, next_key, true, NOW));
	assert_err(await(before, ERR_UNAUTHORIZED), ERR_UNAUTHORIZED);
	assert_ok(verify(after));
}

static void
keys_that_become_unreadable_stay_as_they_were(void **state)
{
	(void)state;
	char good[TOKEN_TEXT];
	struct key_source source;
	reopen();
	issue(good);
	assert_ok(key_source_open(public_keys, &source));
	FILE *file = fopen(public_keys, "w");
	fputs("{\"keys\":[", file);
	fclose(file);
	source.looked_ms -= KEY_LOOK_MS;
	assert_false(key_source_look(&source));
	assert_int_equal(source.keys.n, 1);
	key_source_close(&source);
	assert_int_equal(unlink(public_keys), 0);
	assert_ok(key_files_make(&files, NOW));
	reopen();
	assert_ok(verify(good));
}

#define THREADS 4

/* Verifies tokens of its own, and one that all threads verify. Returns NULL if each counted. */
static void *
verify_many(void *shared)
{
	const struct token_issuer signs = jose_issuer_port(issuer);
	const struct token_verifier reads = jose_verifier_port(verifier);
	const int64_t until =
		monotonic_ms() + KEY_LOOK_MS * 3 / 2; /* so that the keys are looked at */
	for (unsigned i = 1; monotonic_ms() < until; i++) {
		struct token_claims claims, found;
		char text[TOKEN_TEXT];
		const char *why;
		token_access_claims(i, ROLE_GUEST, JTI, NOW, &claims);
		if (signs.issue(signs.self, &claims, text, sizeof(text)) != OK ||
		    reads.verify(reads.self, text, TOKEN_ACCESS, &found, &why) != OK ||
		    found.account_id != i ||
		    reads.verify(reads.self, shared, TOKEN_ACCESS, &found, &why) != OK ||
		    found.account_id != 42)
			return shared;
	}
	return NULL;
}

static void
threads_sign_and_verify_while_a_key_is_published(void **state)
{
	(void)state;
	pthread_t threads[THREADS];
	char shared[TOKEN_TEXT];
	issue(shared);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, verify_many, shared), 0);
	assert_ok(key_files_publish(&files, next_key, NOW));
	for (unsigned i = 0; i < THREADS; i++) {
		void *failed = NULL;
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
}

static void
without_any_key_nothing_is_decided(void **state)
{
	(void)state;
	char good[TOKEN_TEXT];
	struct jose_verifier *blind;
	struct token_claims claims;
	const char *why;
	const struct token_trust trust = {TOKEN_ACCESS, ISSUER, TOKEN_AUDIENCE,
	                                  "/nonexistent/keys"};
	issue(good);
	assert_ok(jose_verifier_open(&trust, 1, now, &blind));
	const struct token_verifier port = jose_verifier_port(blind);
	assert_err(port.verify(port.self, good, TOKEN_ACCESS, &claims, &why), ERR_UNAVAILABLE);
	jose_verifier_close(blind);
}

static void
keys_of_other_kinds_are_ignored(void **state)
{
	(void)state;
	struct key_set keys;
	char path[64];
	snprintf(path, sizeof(path), "%s/mixed", folder);
	FILE *file = fopen(path, "w");
	fputs("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"n\":\"AA\",\"e\":\"AQAB\"},"
	      "{\"kty\":\"EC\",\"crv\":\"P-384\",\"kid\":\"b\"},"
	      "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"c\",\"use\":\"enc\"},"
	      "{\"kty\":\"oct\",\"kid\":\"d\",\"k\":\"AA\"},"
	      "{\"kty\":\"EC\",\"crv\":\"P-256\"},"
	      "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"e\",\"x\":\"AA\",\"y\":\"AA\"}]}",
	      file);
	fclose(file);
	assert_ok(key_set_read(path, &keys));
	assert_int_equal(keys.n, 1);
	assert_string_equal(keys.keys[0].kid, "e");
	key_set_done(&keys);
	unlink(path);
}

static void
the_cache_is_bounded_and_keeps_what_lives_longest(void **state)
{
	(void)state;
	struct token_cache *cache = calloc(1, sizeof(*cache));
	unsigned char hash[TOKEN_HASH_BYTES] = {0};
	struct token_claims claims = {.exp = 1};
	assert_non_null(cache);
	for (unsigned i = 0; i <= TOKEN_CACHE_WAYS; i++) { /* all in the same places */
		hash[31] = (unsigned char)i;
		claims.exp = (instant_t)i + 1;
		token_cache_put(cache, hash, &claims);
	}
	hash[31] = 0;
	assert_null(token_cache_get(cache, hash));
	hash[31] = TOKEN_CACHE_WAYS;
	assert_int_equal(token_cache_get(cache, hash)->exp, TOKEN_CACHE_WAYS + 1);
	token_cache_clear(cache);
	assert_null(token_cache_get(cache, hash));
	free(cache);
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
		cmocka_unit_test(a_private_key_is_its_owners_and_its_public_half_has_nothing_of_it),
		cmocka_unit_test(
			making_keys_again_changes_nothing_and_a_lost_public_half_is_made_again),
		cmocka_unit_test(replacing_a_key_ends_no_token),
		cmocka_unit_test(the_next_replacement_removes_what_has_ended),
		cmocka_unit_test(a_key_that_is_replaced_at_once_ends_its_tokens),
		cmocka_unit_test(a_running_verifier_reads_new_keys_and_forgets_removed_ones),
		cmocka_unit_test(keys_that_become_unreadable_stay_as_they_were),
		cmocka_unit_test(threads_sign_and_verify_while_a_key_is_published),
		cmocka_unit_test(without_any_key_nothing_is_decided),
		cmocka_unit_test(keys_of_other_kinds_are_ignored),
		cmocka_unit_test(the_cache_is_bounded_and_keeps_what_lives_longest),
	};
	int failed = suite_on_the_fake();
	failed += suite_on_libjose();
	failed += cmocka_run_group_tests(tests, NULL, end);
	return failed;
}

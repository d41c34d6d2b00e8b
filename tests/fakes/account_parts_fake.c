/* SPDX-License-Identifier: MIT */
/* account_parts_fake - what hashes, guesses, makes secrets and sends mails, as a test wants it. */
#include "tests/fakes/account_fake.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum err
hash(void *self, const char *password, char ret_hash[PASSWORD_HASH_SIZE])
{
	struct account_parts_fake *fake = self;
	fake->hashes++;
	memset(ret_hash, 0, PASSWORD_HASH_SIZE);
	snprintf(ret_hash, PASSWORD_HASH_SIZE, "hash of %.100s", password);
	return fake->fails;
}

static enum err
verify(void *self, const char *password, const char *known)
{
	struct account_parts_fake *fake = self;
	char hashed[PASSWORD_HASH_SIZE];
	enum err err = hash(fake, password, hashed);
	fake->unknown += !known;
	if (err != OK)
		return err;
	return known && strcmp(hashed, known) == 0 ? OK : ERR_UNAUTHORIZED;
}

struct password_hasher
password_hasher_fake(struct account_parts_fake *fake)
{
	return (struct password_hasher){.self = fake, .hash = hash, .verify = verify};
}

static double
bits(void *self, const char *password, const char *const about[])
{
	(void)self;
	for (; *about; about++)
		if (**about && strstr(password, *about))
			return 0;
	return strncmp(password, "common", 6) == 0 ? 0 : 40;
}

struct password_guesser
password_guesser_fake(void)
{
	return (struct password_guesser){.bits = bits};
}

static enum err
check(void *self, const unsigned char key[OTP_KEY_BYTES], const char *code, instant_t now,
      uint64_t *ret_step)
{
	const struct account_parts_fake *fake = self;
	(void)key;
	(void)now;
	if (strcmp(code, "123456") != 0)
		return ERR_UNAUTHORIZED;
	*ret_step = fake->step;
	return OK;
}

struct one_time_codes
one_time_codes_fake(struct account_parts_fake *fake)
{
	return (struct one_time_codes){.self = fake, .check = check};
}

/* "4: " and the key's digits, for account 4. */
static void
key_seal(void *self, uint64_t account_id, const unsigned char key[OTP_KEY_BYTES],
         struct otp_stored *ret_otp)
{
	const struct account_parts_fake *fake = self;
	*ret_otp = (struct otp_stored){.seal = ""};
	snprintf(ret_otp->seal, sizeof(ret_otp->seal), "%s",
	         fake->seal ? fake->seal : "sealed-now");
	int n = snprintf(ret_otp->sealed, sizeof(ret_otp->sealed), "%" PRIu64 ":", account_id);
	for (size_t i = 0; i < OTP_KEY_BYTES; i++)
		n += snprintf(ret_otp->sealed + n, sizeof(ret_otp->sealed) - (size_t)n, "%02x",
		              key[i]);
}

static enum err
key_open(void *self, uint64_t account_id, const struct otp_stored *otp,
         unsigned char ret_key[OTP_KEY_BYTES])
{
	const struct account_parts_fake *fake = self;
	char *at;
	if (strtoull(otp->sealed, &at, 10) != account_id || *at++ != ':' ||
	    (fake->lost_seal && strcmp(fake->lost_seal, otp->seal) == 0))
		return ERR_NOT_FOUND;
	for (size_t i = 0; i < OTP_KEY_BYTES; i++) {
		const char digits[] = {at[2 * i], at[2 * i + 1], '\0'};
		ret_key[i] = (unsigned char)strtoul(digits, NULL, 16);
	}
	return OK;
}

struct otp_sealer
otp_sealer_fake(struct account_parts_fake *fake)
{
	return (struct otp_sealer){.self = fake,
	                           .seal = fake->seal ? fake->seal : "sealed-now",
	                           .seal_key = key_seal,
	                           .open_key = key_open};
}

static void
token_hash(void *self, const char *text, char ret_hash[SECRET_HASH_TEXT])
{
	(void)self;
	memset(ret_hash, 0, SECRET_HASH_TEXT);
	snprintf(ret_hash, SECRET_HASH_TEXT, "#%.60s", text);
}

static void
token_make(void *self, char ret_token[OPAQUE_TOKEN_TEXT], char ret_hash[SECRET_HASH_TEXT])
{
	struct account_parts_fake *fake = self;
	memset(ret_token, 0, OPAQUE_TOKEN_TEXT);
	snprintf(ret_token, OPAQUE_TOKEN_TEXT, "token-%u", ++fake->n_tokens);
	token_hash(self, ret_token, ret_hash);
}

static void
random_fill(void *self, void *to, size_t n)
{
	struct account_parts_fake *fake = self;
	memset(to, (int)(++fake->n_tokens & 0xff), n);
}

struct opaque_tokens
opaque_tokens_fake(struct account_parts_fake *fake)
{
	return (struct opaque_tokens){
		.self = fake, .make = token_make, .hash = token_hash, .random = random_fill};
}

static enum err
mail_send(void *self, const struct account_mail *mail)
{
	struct account_parts_fake *fake = self;
	if (fake->fails != OK)
		return fake->fails;
	fake->n_mails++;
	fake->last_job = *mail->job;
	fake->last_language = mail->language;
	snprintf(fake->last_link, sizeof(fake->last_link), "%s", mail->link);
	return OK;
}

struct account_mailer
account_mailer_fake(struct account_parts_fake *fake)
{
	return (struct account_mailer){.self = fake, .send = mail_send};
}

static enum err
contexts_fake_ties(void *self, uint64_t account_id, const struct origin *origin,
                   struct account_ties *ret_ties)
{
	const struct account_parts_fake *fake = self;
	(void)account_id;
	(void)origin;
	if (fake->contexts_say == OK)
		*ret_ties = fake->ties;
	return fake->contexts_say;
}

static enum err
contexts_fake_section(void *self, enum account_section section, uint64_t account_id,
                      const char *access_token, const struct origin *origin, struct buf *to,
                      bool *ret_more)
{
	const struct account_parts_fake *fake = self;
	(void)origin;
	(void)account_id;
	*ret_more = section == fake->long_section;
	if (fake->contexts_say != OK || !*access_token)
		return fake->contexts_say != OK ? fake->contexts_say : ERR_UNAVAILABLE;
	return buf_addf(to, "[%d]", (int)section);
}

static enum err
contexts_fake_books_erase(void *self, uint64_t account_id, const struct origin *origin,
                          bool *ret_more, uint64_t *ret_standing)
{
	struct account_parts_fake *fake = self;
	(void)origin;
	if (fake->contexts_say != OK)
		return fake->contexts_say;
	fake->erased_books = account_id;
	fake->rounds -= fake->rounds > 0;
	*ret_more = fake->rounds > 0;
	*ret_standing = fake->standing;
	return OK;
}

static enum err
contexts_fake_recipient_erase(void *self, uint64_t account_id, const struct origin *origin)
{
	struct account_parts_fake *fake = self;
	(void)origin;
	if (fake->contexts_say == OK)
		fake->erased_recipient = account_id;
	return fake->contexts_say;
}

struct account_contexts
account_contexts_fake(struct account_parts_fake *fake)
{
	return (struct account_contexts){.self = fake,
	                                 .ties = contexts_fake_ties,
	                                 .section = contexts_fake_section,
	                                 .books_erase = contexts_fake_books_erase,
	                                 .recipient_erase = contexts_fake_recipient_erase};
}

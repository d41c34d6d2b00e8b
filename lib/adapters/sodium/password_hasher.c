/* SPDX-License-Identifier: MIT */
#include "adapters/sodium/password_hasher.h"

#include "base/clock.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(PASSWORD_HASH_SIZE > crypto_pwhash_STRBYTES, "a hash fits");

struct hasher {
	pthread_mutex_t mutex;
	pthread_cond_t left;
	unsigned working, waiting;
	char nobody
		[crypto_pwhash_STRBYTES]; /* the hash that stands for accounts that do not exist */
};

/* ---- places ---- */

/* ERR_UNAVAILABLE: too many wait, or waited too long. */
static enum err
place_take(struct hasher *hasher)
{
	const int64_t until = monotonic_ms() + PASSWORD_HASH_WAIT_MS;
	pthread_mutex_lock(&hasher->mutex);
	bool has_time = hasher->waiting < PASSWORD_HASHES_QUEUE;
	hasher->waiting++;
	while (has_time && hasher->working == PASSWORD_HASHES_MAX)
		has_time = cond_wait_until(&hasher->left, &hasher->mutex, until) == 0;
	hasher->waiting--;
	hasher->working += has_time;
	pthread_mutex_unlock(&hasher->mutex);
	return has_time ? OK : ERR_UNAVAILABLE;
}

static void
place_leave(struct hasher *hasher)
{
	pthread_mutex_lock(&hasher->mutex);
	hasher->working--;
	pthread_cond_signal(&hasher->left);
	pthread_mutex_unlock(&hasher->mutex);
}

/* ---- hashing ---- */

static enum err
hash_make(const char *password, char ret_hash[crypto_pwhash_STRBYTES])
{
	return crypto_pwhash_str(ret_hash, password, strlen(password), PASSWORD_HASH_PASSES,
	                         PASSWORD_HASH_BYTES) == 0
	               ? OK
	               : ERR_MEMORY;
}

static enum err
password_hasher_hash(void *self, const char *password, char ret_hash[PASSWORD_HASH_SIZE])
{
	struct hasher *hasher = self;
	enum err err = place_take(hasher);
	if (err != OK)
		return err;
	err = hash_make(password, ret_hash);
	place_leave(hasher);
	return err;
}

static enum err
password_hasher_verify(void *self, const char *password, const char *hash)
{
	struct hasher *hasher = self;
	enum err err = place_take(hasher);
	if (err != OK)
		return err;
	const bool is_any = hash && *hash;
	const bool is_right = crypto_pwhash_str_verify(is_any ? hash : hasher->nobody, password,
	                                               strlen(password)) == 0;
	place_leave(hasher);
	return is_right && is_any ? OK : ERR_UNAUTHORIZED;
}

/* ---- opening ---- */

/* A hash of random bytes that nobody knows. */
static enum err
nobody_make(struct hasher *hasher)
{
	unsigned char bytes[32];
	char text[2 * sizeof(bytes) + 1];
	randombytes_buf(bytes, sizeof(bytes));
	return hash_make(sodium_bin2hex(text, sizeof(text), bytes, sizeof(bytes)), hasher->nobody);
}

enum err
password_hasher_open(struct password_hasher *ret_hasher)
{
	if (sodium_init() < 0)
		return ERR_SYSTEM_CODE(0);
	struct hasher *hasher = calloc(1, sizeof(*hasher));
	if (!hasher)
		return ERR_MEMORY;
	enum err err = nobody_make(hasher);
	if (err == OK)
		err = locks_init(&hasher->mutex, &hasher->left);
	if (err != OK) {
		free(hasher);
		return err;
	}
	*ret_hasher = (struct password_hasher){
		.self = hasher, .hash = password_hasher_hash, .verify = password_hasher_verify};
	return OK;
}

void
password_hasher_close(struct password_hasher *hasher)
{
	struct hasher *self = hasher->self;
	if (!self)
		return;
	pthread_cond_destroy(&self->left);
	pthread_mutex_destroy(&self->mutex);
	free(self);
}

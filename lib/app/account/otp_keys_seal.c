/* SPDX-License-Identifier: MIT */
/* otp_keys_seal - seals keys of one-time codes that are not sealed with the present secret. */
#include "app/account/account.h"

#define ROUND_MAX 100

struct found {
	size_t n;
	struct {
		uint64_t account_id;
		struct otp_stored otp;
	} keys[ROUND_MAX];
};

static void
keep(void *arg, uint64_t account_id, const struct otp_stored *otp)
{
	struct found *found = arg;
	found->keys[found->n].account_id = account_id;
	found->keys[found->n++].otp = *otp;
}

/* A key that was replaced meanwhile is sealed as it should be. */
static enum err
reseal(const struct app *app, uint64_t account_id, const struct otp_stored *from,
       struct otp_keys_sealed *sealed)
{
	const struct otp_sealer *sealer = app->otp_sealer;
	unsigned char key[OTP_KEY_BYTES];
	struct otp_stored to;
	enum err err = sealer->open_key(sealer->self, account_id, from, key);
	sealed->lost += err == ERR_NOT_FOUND;
	if (err != OK)
		return err == ERR_NOT_FOUND ? OK : err;
	sealer->seal_key(sealer->self, account_id, key, &to);
	err = app->accounts->otp_reseal(app->accounts->self, account_id, from, &to);
	sealed->n += err == OK;
	return err == ERR_NOT_FOUND ? OK : err;
}

enum err
otp_keys_seal(const struct app *app, struct otp_keys_sealed *ret_sealed)
{
	struct found found = {.n = ROUND_MAX};
	uint64_t after = 0;
	enum err err = OK;
	*ret_sealed = (struct otp_keys_sealed){.n = 0};
	while (err == OK && *app->otp_sealer->seal && found.n == ROUND_MAX) {
		found.n = 0;
		err = app->accounts->otp_list(app->accounts->self, app->otp_sealer->seal, after,
		                              ROUND_MAX, keep, &found);
		for (size_t i = 0; err == OK && i < found.n; i++) {
			after = found.keys[i].account_id;
			err = reseal(app, after, &found.keys[i].otp, ret_sealed);
		}
	}
	return err;
}

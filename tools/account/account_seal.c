/* SPDX-License-Identifier: MIT */
/* account_seal - the command that seals keys of one-time codes with the present secret. */
#include "tools/account/account_tool.h"

#include <stdio.h>
#include <stdlib.h>

int
account_seal_command(const struct app *app, const struct account_arguments *arguments)
{
	struct otp_keys_sealed sealed;
	(void)arguments;
	enum err err = otp_keys_seal(app, &sealed);
	if (err != OK)
		return account_failed(err, "");
	printf("%zu sealed\n", sealed.n);
	if (sealed.lost)
		printf("%zu are sealed with a secret that is not there; their owners sign in with "
		       "recovery codes\n",
		       sealed.lost);
	return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: MIT */
/*
 * account_mail_texts - what mails to the owners of accounts say, in every language.
 */
#ifndef APP_ACCOUNT_ACCOUNT_MAIL_TEXTS_H
#define APP_ACCOUNT_ACCOUNT_MAIL_TEXTS_H

#include "app/account/ports.h"

struct account_mail_text {
	const char *subject;
	const char *before, *after; /* of the owner's name, in the message */
	const char *link;           /* the label of the link */
	const char *footer;
};

const struct account_mail_text *account_mail_text(enum account_mail_kind kind,
                                                  enum language language);

#endif

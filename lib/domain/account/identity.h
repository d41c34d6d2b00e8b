/* SPDX-License-Identifier: MIT */
/*
 * identity - who somebody is at a foreign issuer (OpenID Connect), and to which account that leads.
 *
 * An identity is the pair of issuer and subject: never an e-mail address, which an issuer may give to
 * another person. It leads to the account it is linked to, and only somebody who is signed in to an
 * account links one to it. An unknown identity gets an account of its own if its e-mail is verified
 * and no account has it.
 */
#ifndef DOMAIN_ACCOUNT_IDENTITY_H
#define DOMAIN_ACCOUNT_IDENTITY_H

#include "domain/account/account.h"

#define IDENTITY_ISSUER_SIZE  256 /* with the NUL */
#define IDENTITY_SUBJECT_SIZE 256 /* OpenID Connect Core 2: at most 255 ASCII characters */
#define IDENTITIES_MAX        10  /* of an account */

struct identity {
	uint64_t id, account_id;
	char issuer[IDENTITY_ISSUER_SIZE];
	char subject[IDENTITY_SUBJECT_SIZE];
	instant_t created_at;
};

/* What the issuer says of whoever signed in there. */
struct identity_claims {
	char issuer[IDENTITY_ISSUER_SIZE], subject[IDENTITY_SUBJECT_SIZE];
	char email[EMAIL_SIZE]; /* only if the issuer says that it is verified; "": none */
	char name[TEXT_SIZE(ACCOUNT_NAME_CHARS)]; /* "": none */
};

/* How a sign-in elsewhere ends. */
enum external_result {
	EXTERNAL_SIGNED_IN,
	EXTERNAL_LINKED,   /* to the account that is signed in */
	EXTERNAL_NONE,     /* no issuer is configured */
	EXTERNAL_STALE,    /* it began in another browser, or too long ago */
	EXTERNAL_REFUSED,  /* the person, or the issuer, did not want to */
	EXTERNAL_AWAY,     /* the issuer cannot be asked now */
	EXTERNAL_INVALID,  /* what the issuer answered does not count */
	EXTERNAL_NO_EMAIL, /* an unknown identity without a verified e-mail */
	EXTERNAL_EMAIL_TAKEN, /* an unknown identity whose e-mail is an account's: sign in, then link */
	EXTERNAL_TAKEN,       /* to be linked, but linked to another account */
	EXTERNAL_FULL,        /* to be linked, but the account has IDENTITIES_MAX */
	EXTERNAL_NEEDS_FACTOR, /* the account signs in with password and code only */
	EXTERNAL_RESULT_MAX
};

/* The name that the pages know it by, such as "stale"; "" for others. */
const char *external_result_name(unsigned result);

/* What whoever comes with an identity that is linked to no account gets. */
enum identity_way { IDENTITY_MAKE, IDENTITY_NO_EMAIL, IDENTITY_EMAIL_TAKEN };
enum identity_way identity_way(const struct identity_claims *claims, bool email_has_account);

/* Whether a foreign issuer's word is enough for this account: not for an operator, and not where the
 * owner asks for a code as well, which the issuer cannot vouch for. */
bool identity_may_sign_in(const struct account *account);

/* Whether one of so many may be removed: some way to sign in has to be left. */
bool identity_may_go(uint64_t identities, bool has_password);

/* Makes a guest's account of the claims: verified, as its e-mail is. */
void identity_account_begin(struct account *account, const struct identity_claims *claims,
                            instant_t now);

#endif

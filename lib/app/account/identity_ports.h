/* SPDX-License-Identifier: MIT */
/*
 * identity_ports - what signing in elsewhere needs from outside: a store of linked identities, the
 * provider, and what reads its ID tokens.
 */
#ifndef APP_ACCOUNT_IDENTITY_PORTS_H
#define APP_ACCOUNT_IDENTITY_PORTS_H

#include "app/account/ports.h"
#include "base/buf.h"
#include "domain/account/oidc.h"

/* As account_store: an entry of the audit commits with its change. */
struct identity_store {
	void *self;

	/* The account that an identity is linked to. ERR_NOT_FOUND. */
	enum err (*find)(void *self, const char *issuer, const char *subject,
	                 struct account *ret_account);

	/* Makes an account without a password and links the identity to it; its e-mail is verified, so no
	 * mail is asked for. ERR_STATE_CONFLICT: the e-mail is another account's; ERR_TAKEN: the
	 * identity is. */
	enum err (*add)(void *self, const struct new_account *new_account,
	                const struct identity *identity, struct account *ret_account);

	/* Links an identity to its account_id; if it is linked to that already, nothing changes.
	 * ERR_TAKEN: it is another account's; ERR_TOO_MANY: the account has IDENTITIES_MAX;
	 * ERR_NOT_FOUND: there is no such account. */
	enum err (*link)(void *self, const struct identity *identity,
	                 const struct audit_entry *audit);

	/* The account's identities, the oldest first. */
	enum err (*list)(void *self, uint64_t account_id,
	                 void (*visit)(void *arg, const struct identity *identity), void *arg);

	/* Removes an identity of the account. ERR_NOT_FOUND; ERR_STATE_CONFLICT: identity_may_go() says
	 * no. */
	enum err (*unlink)(void *self, uint64_t id, uint64_t account_id,
	                   const struct audit_entry *audit);
};

#define OIDC_URL_SIZE      2048
#define ID_TOKEN_SIZE      8192          /* with the NUL; a larger one is refused */
#define FOREIGN_TOKEN_SIZE 4000          /* of an access token of the provider */
#define OIDC_KEYS_BYTES    (64 * 1024)   /* of its keys (RFC 7517); more are refused */
#define OIDC_ANSWER_BYTES  (64 * 1024)   /* of its other answers */
#define OIDC_TIMEOUT_MS    3000          /* of one call */
#define OIDC_METADATA_MS   (3600 * 1000) /* how long what discovery said counts */
#define OIDC_KEYS_LOOK_MS  10000         /* between two looks at its keys for one that is unknown */
#define OIDC_RETRY_MS      3000          /* after a discovery that failed none is made */
#define OIDC_CALLS_MAX     4             /* at a time in a process; further ones find it away */

/* A browser is sent to the provider. */
struct oidc_authorization {
	const char *redirect_uri, *state, *nonce, *challenge;
	const char *language; /* "ko", "en"; "": unknown */
};

/* It came back with a code. */
struct oidc_redemption {
	const char *redirect_uri, *code, *verifier;
};

struct oidc_tokens {
	char id_token[ID_TOKEN_SIZE];
	char access_token[FOREIGN_TOKEN_SIZE]; /* "": none that fits */
};

/*
 * The provider. Each call that asks it takes at most OIDC_TIMEOUT_MS. ERR_UNAVAILABLE: it is away, busy,
 * or does not speak OpenID Connect; ret_why says what is wrong, a constant text.
 */
struct oidc_provider {
	void *self;

	/* Writes the URL at which people sign in. ERR_TOO_LARGE. */
	enum err (*authorize)(void *self, const struct oidc_authorization *authorization,
	                      char ret_url[OIDC_URL_SIZE], const char **ret_why);

	/* Exchanges a code. ERR_UNAUTHORIZED: it refused the code. */
	enum err (*redeem)(void *self, const struct oidc_redemption *redemption,
	                   struct oidc_tokens *ret_tokens, const char **ret_why);

	/* Its keys, a JWK set; fresh: those known are too old, which is believed once in
	 * OIDC_KEYS_LOOK_MS. */
	enum err (*keys)(void *self, bool fresh, struct buf *ret_keys, const char **ret_why);

	/* What the userinfo endpoint says of whoever has the access token: subject, e-mail and name.
	 * ERR_NOT_FOUND: there is no such endpoint; ERR_UNAUTHORIZED: it does not say who that is. */
	enum err (*user)(void *self, const char *access_token, struct identity_claims *ret_claims,
	                 const char **ret_why);
};

/* Reads tokens of the provider. */
struct id_token_reader {
	void *self;

	/* Reads a token that is signed by RS256 or ES256 with one of the keys; id_token_accept() or
	 * external_token_accept() is up to the caller. ERR_UNAUTHORIZED, with ret_why; ERR_NOT_FOUND: the keys do not have its kid;
	 * ERR_UNAVAILABLE: they are no keys. */
	enum err (*read)(void *self, const char *token, const struct buf *keys,
	                 struct id_token_claims *ret_claims, const char **ret_why);
};

#endif

/* SPDX-License-Identifier: MIT */
/*
 * account_operations - the functions of the ports that have a file of their own. Inside this folder
 * only; app/account/ports.h says what each does. self is the struct db.
 */
#ifndef ADAPTERS_MARIADB_ACCOUNT_ACCOUNT_OPERATIONS_H
#define ADAPTERS_MARIADB_ACCOUNT_ACCOUNT_OPERATIONS_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

/* account_token.c */
MUST_CHECK enum err account_store_token_put(void *self, const struct account *account,
                                            enum account_mail_kind kind,
                                            const char hash[SECRET_HASH_TEXT], instant_t now);
MUST_CHECK enum err account_store_verify(void *self, const char hash[SECRET_HASH_TEXT],
                                         instant_t now, struct account *ret_account);
MUST_CHECK enum err account_store_reset_find(void *self, const char hash[SECRET_HASH_TEXT],
                                             instant_t now, struct account *ret_account);
MUST_CHECK enum err account_store_reset(void *self, const char hash[SECRET_HASH_TEXT],
                                        const char password[PASSWORD_HASH_SIZE], instant_t now,
                                        const struct audit_entry *audit,
                                        struct account *ret_account);
/* Deletes up to max tokens that do not count any more. */
MUST_CHECK enum err account_tokens_purge(struct db *db, instant_t now, size_t max, size_t *ret_n);

/* second_factor_store.c */
MUST_CHECK enum err account_store_second_factor_offer(void *self,
                                                      const struct second_factor_offer *offer);
MUST_CHECK enum err account_store_second_factor_confirm(void *self, uint64_t account_id,
                                                        uint64_t step, uint64_t keep_session,
                                                        instant_t now,
                                                        const struct audit_entry *audit);
MUST_CHECK enum err account_store_second_factor_remove(void *self, uint64_t account_id,
                                                       uint64_t keep_session, instant_t now,
                                                       const struct audit_entry *audit);
MUST_CHECK enum err account_store_otp_use(void *self, uint64_t account_id, uint64_t step);
MUST_CHECK enum err account_store_recovery_use(void *self, uint64_t account_id,
                                               const char hash[SECRET_HASH_TEXT]);

MUST_CHECK enum err account_store_otp_list(void *self, const char *seal, uint64_t after, size_t max,
                                           void (*visit)(void *arg, uint64_t account_id,
                                                         const struct otp_stored *otp),
                                           void *arg);
MUST_CHECK enum err account_store_otp_reseal(void *self, uint64_t account_id,
                                             const struct otp_stored *from,
                                             const struct otp_stored *to);

/* account_email.c */
MUST_CHECK enum err account_store_email_ask(void *self, const struct email_change *change,
                                            uint32_t *ret_wait_ms);
MUST_CHECK enum err account_store_email_token_put(void *self, uint64_t account_id,
                                                  const char email[EMAIL_SIZE],
                                                  const char hash[SECRET_HASH_TEXT], instant_t now);
MUST_CHECK enum err account_store_email_set(void *self, const struct email_proof *proof,
                                            struct account *ret_account);
/* Deletes up to max changes that nobody has proved in time. */
MUST_CHECK enum err email_changes_purge(struct db *db, instant_t now, size_t max, size_t *ret_n);

/* account_erasure.c */
MUST_CHECK enum err account_store_erase(void *self, uint64_t id, instant_t now,
                                        const struct audit_entry *audit);
MUST_CHECK enum err account_store_erasure_claim(void *self, instant_t now, instant_t until,
                                                struct account_erasure *ret_erasure);
MUST_CHECK enum err account_store_erasure_finish(void *self, uint64_t account_id);

/* sign_in_try.c */
MUST_CHECK enum err session_store_try_begin(void *self, const char email[SECRET_HASH_TEXT],
                                            const char *address, instant_t now,
                                            uint32_t *ret_wait_ms);
MUST_CHECK enum err session_store_try_succeed(void *self, const char email[SECRET_HASH_TEXT],
                                              const char *address);
/* Deletes up to max records that are forgotten. */
MUST_CHECK enum err sign_in_tries_purge(struct db *db, instant_t now, size_t max, size_t *ret_n);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * account_audit - the entries of the audit that the use cases of account write.
 */
#ifndef APP_ACCOUNT_ACCOUNT_AUDIT_H
#define APP_ACCOUNT_ACCOUNT_AUDIT_H

#include "app/account/account.h"

/* What an account does to itself, from where. 0: the store knows which one it is. */
struct audit_entry account_audit_own(enum audit_what what, const struct account_client *client,
                                     uint64_t account_id);

/* What an operator does at a terminal to an account. 0 as above. */
struct audit_entry account_audit_command(enum audit_what what, const struct audit_actor *by,
                                         uint64_t account_id);

/* The same for a role that is given or taken. */
struct audit_entry account_audit_role(enum role role, bool has, const struct audit_actor *by,
                                      uint64_t account_id);

/* Writes that a proof of who somebody is was refused, if it was (audit_outcome_of_proof()). That
 * it cannot be written changes nothing: the refusal stands. */
void account_audit_refusal(const struct app *app, enum err err, struct audit_entry entry);

/* Refuses the link of a mail, with an entry that says so. Returns ERR_INVALID. */
MUST_CHECK enum err account_link_refuse(const struct app *app, enum audit_what what,
                                        const struct account_client *client, struct faults *faults);

#endif

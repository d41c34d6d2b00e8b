/* SPDX-License-Identifier: MIT */
/*
 * request_audit - writes into the audit what the answer to a request says: an operator's read of what
 * belongs to others, or credentials that were refused (audit_of_request()).
 */
#ifndef FCGI_REQUEST_AUDIT_H
#define FCGI_REQUEST_AUDIT_H

#include "fcgi/request_handle.h"

/*
 * Returns the outcome that the request has now: its own, or the error that kept an operator's read from
 * being written, as what is not written is not shown. A refusal stands in any case. Call it before the
 * response is written.
 */
MUST_CHECK enum err request_audit(const struct program *program, const struct raw_request *raw,
                                  const struct request *req, struct response *res,
                                  enum err outcome);

#endif

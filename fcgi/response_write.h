/*
 * response_write - what was decided, as the bytes of a header and a body.
 */
#ifndef FCGI_RESPONSE_WRITE_H
#define FCGI_RESPONSE_WRITE_H

#include "fcgi/request_handle.h"

/*
 * Fills head, body and status of an answer by the outcome of a request and what the handler said.
 * allowed: the path's methods, for Allow. ERR_MEMORY, ERR_TOO_LARGE: there is no answer then.
 */
MUST_CHECK enum err response_write(const struct request *req, struct response *res,
                                   enum err outcome, unsigned allowed,
                                   struct http_response *answer);

#endif

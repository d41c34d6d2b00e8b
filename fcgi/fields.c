#include "fcgi/fields.h"

#include "fcgi/request.h"
#include "fcgi/response.h"

/* Earlier faults, of the caller or the key, count as well. */
static enum err
all_faults(enum err err, const struct response *res)
{
	return err == OK && res->faults.n ? ERR_INVALID : err;
}

enum err
request_fields(const struct request *req, const struct field table[], void *to,
               struct response *res)
{
	return all_faults(fields_read(req->body, req->body_is_form, table, to, &res->faults), res);
}

enum err
request_query(const struct request *req, const struct field table[], void *to, struct response *res)
{
	return all_faults(fields_read(req->query, true, table, to, &res->faults), res);
}

/* SPDX-License-Identifier: MIT */
#include "fcgi/snapshot.h"

#include "adapters/json/json.h"
#include "fcgi/hal.h"
#include "fcgi/paging.h"
#include "fcgi/response.h"

enum err
snapshot_respond(const struct app *app, const struct request *req, const char *name,
                 snapshot_read_fn *read, struct response *res)
{
	struct keyset_page page;
	enum err err = request_keyset_page(req, &page, res);
	if (err != OK)
		return err;
	struct json_object *items = json_new_array();
	err = read(app, &page, &items);
	if (err != OK) {
		json_p(&items);
		return err;
	}
	return response_body(res, hal_list(req, name, items));
}

/* SPDX-License-Identifier: MIT */
/*
 * GET /mypages/{bookId} - one row of the caller as a guest, or with role=host as a host.
 *
 *	200  the row, and the time it is consistent with
 *	304  it is as If-None-Match has it
 *	404  the caller has no such row, or the view does not have it yet
 */
#include "adapters/json/json.h"
#include "app/app.h"
#include "fcgi/mypage/handlers.h"
#include "fcgi/mypage/mypage_item.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
mypage_read(const struct app *app, const struct request *req, struct response *res)
{
	struct mypage mypage;
	instant_t as_of;
	enum err err =
		app->mypages->find(app->mypages->self, req->ids[0], &req->caller, &mypage, &as_of);
	if (err != OK)
		return err;
	struct json_object *item = mypage_item(&mypage, &req->caller);
	json_put_instant(&item, "asOf", as_of > mypage.updated_at ? as_of : mypage.updated_at);
	response_correlation(res, mypage.book_id);
	response_etag_weak(res, mypage_tag(&mypage));
	return response_body(res, item);
}

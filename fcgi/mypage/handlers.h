/* SPDX-License-Identifier: MIT */
/*
 * handlers - the handlers of fcgi-mypage; each file has the name of its handler.
 */
#ifndef FCGI_MYPAGE_HANDLERS_H
#define FCGI_MYPAGE_HANDLERS_H

#include "fcgi/router.h"

handler_fn mypage_list, mypage_read;

#endif

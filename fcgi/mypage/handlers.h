/*
 * handlers - of fcgi-mypage, each in the file of its name.
 */
#ifndef FCGI_MYPAGE_HANDLERS_H
#define FCGI_MYPAGE_HANDLERS_H

#include "fcgi/router.h"

handler_fn mypage_list, mypage_read;

#endif

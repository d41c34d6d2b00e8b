/* SPDX-License-Identifier: MIT */
/*
 * handlers - the handlers of fcgi-pay; each file has the name of its handler.
 */
#ifndef FCGI_PAY_HANDLERS_H
#define FCGI_PAY_HANDLERS_H

#include "fcgi/router.h"

handler_fn payment_create, payment_list, payment_read, payment_snapshot;

#endif

/*
 * handlers - of fcgi-pay, each in the file of its name.
 */
#ifndef FCGI_PAY_HANDLERS_H
#define FCGI_PAY_HANDLERS_H

#include "fcgi/router.h"

handler_fn payment_create, payment_list, payment_read, payment_snapshot;

#endif

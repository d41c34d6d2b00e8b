/* tables - the statements of all stores. */
#include "adapters/mariadb/tables.h"

const struct db_table *const db_tables[] = {
	NULL,
};

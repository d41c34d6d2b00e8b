#include "fcgi/params.h"

#include <string.h>

const char *
param_get(char *const params[], const char *name)
{
	size_t n = strlen(name);
	for (; *params; params++)
		if (strncmp(*params, name, n) == 0 && (*params)[n] == '=')
			return *params + n + 1;
	return NULL;
}

const char *
param_or(char *const params[], const char *name, const char *fallback)
{
	const char *value = param_get(params, name);
	return value ? value : fallback;
}

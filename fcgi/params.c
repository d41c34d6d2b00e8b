/* params - what nginx tells of a request. */
#include "fcgi/params.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

bool
media_type_is(const char *content_type, const char *type)
{
	size_t n = strlen(type);
	if (strncasecmp(content_type, type, n) != 0)
		return false;
	return strchr("; \t", content_type[n]) != NULL; /* which also finds the end */
}

/* The weight a media range of n bytes gives itself, 0 to 1000. */
static int
range_weight(const char *range, size_t n)
{
	const char *end = range + n;
	for (const char *at = range; (at = memchr(at, ';', (size_t)(end - at)));) {
		at += 1 + strspn(at + 1, " \t");
		if (end - at > 2 && strncasecmp(at, "q=", 2) == 0)
			return (int)(strtod(at + 2, NULL) * 1000);
	}
	return 1000;
}

/* The best weight that Accept gives to a media type by its name; 0 if it does not name it. */
static int
accept_weight(const char *accept, const char *type)
{
	int best = 0;
	while (*accept) {
		accept += strspn(accept, ", \t");
		size_t n = strcspn(accept, ",");
		size_t len = strcspn(accept, ",; \t");
		if (len == strlen(type) && strncasecmp(accept, type, len) == 0) {
			int weight = range_weight(accept, n);
			best = weight > best ? weight : best;
		}
		accept += n;
	}
	return best;
}

bool
accept_prefers_html(const char *accept)
{
	int html = accept_weight(accept, "text/html");
	return html > accept_weight(accept, "application/json") &&
	       html > accept_weight(accept, "application/hal+json");
}

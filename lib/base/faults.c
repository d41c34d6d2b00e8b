/* SPDX-License-Identifier: MIT */
/* faults - what is wrong with an input, all of it at once. */
#include "base/faults.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Drops the last character if the cut went through it. */
static void
end_at_character(char *text)
{
	size_t n = strlen(text), back = 0;
	while (back < n && back < 3 && ((unsigned char)text[n - 1 - back] & 0xc0) == 0x80)
		back++;
	if (back >= n)
		return;
	unsigned char lead = (unsigned char)text[n - 1 - back];
	size_t need = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
	if (back < need)
		text[n - 1 - back] = '\0';
}

void
faults_add(struct faults *faults, const char *pointer, const char *code, const char *format, ...)
{
	if (faults->n == FAULTS_MAX)
		return;
	struct fault *fault = &faults->list[faults->n++];
	va_list args;
	snprintf(fault->pointer, sizeof(fault->pointer), "%s", pointer);
	snprintf(fault->code, sizeof(fault->code), "%s", code);
	va_start(args, format);
	int n = vsnprintf(fault->detail, sizeof(fault->detail), format, args);
	va_end(args);
	if (n >= (int)sizeof(fault->detail))
		end_at_character(fault->detail);
}

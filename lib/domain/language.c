/* SPDX-License-Identifier: MIT */
#include "domain/language.h"

#include <string.h>

const char *const language_names[LANGUAGE_MAX + 1] = {
	[LANGUAGE_KO] = "ko",
	[LANGUAGE_EN] = "en",
	[LANGUAGE_MAX] = NULL,
};

const char *
language_name(enum language language)
{
	return (unsigned)language < LANGUAGE_MAX ? language_names[language] : "";
}

enum language
language_of(const char *name)
{
	unsigned language = 0;
	while (language < LANGUAGE_MAX && strcmp(language_names[language], name) != 0)
		language++;
	return (enum language)language;
}

/* SPDX-License-Identifier: MIT */
#include "adapters/zxcvbn/password_guesser.h"

#include "base/mem.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <zxcvbn.h>

#define LOOKED_AT \
	64 /* bytes: the time grows with the square, and so much of a password is enough */
#define WORDS_MAX 16
#define WORD_SIZE 64

/* The words of the texts that a guesser would try, in small letters. */
struct words {
	char text[WORDS_MAX][WORD_SIZE];
	const char *list[WORDS_MAX + 1]; /* a NULL ends them */
	size_t n;
};

static void
word_add(struct words *words, const char *from, size_t n)
{
	if (n < 3 || n >= WORD_SIZE || words->n == WORDS_MAX)
		return;
	char *to = words->text[words->n];
	for (size_t i = 0; i < n; i++)
		to[i] = (char)tolower((unsigned char)from[i]);
	to[n] = '\0';
	words->list[words->n++] = to;
}

/* The text itself, and what stands between its signs: of "ana.kim@example.com" also "ana.kim" and
 * "example". */
static void
words_add(struct words *words, const char *text)
{
	word_add(words, text, strlen(text));
	word_add(words, text, strcspn(text, "@"));
	while (*text) {
		const size_t n = strcspn(text, "@._-+ ");
		word_add(words, text, n);
		text += n + (text[n] != '\0');
	}
}

static double
password_guesser_bits(void *self, const char *password, const char *const about[])
{
	struct words words = {.n = 0};
	char looked_at[LOOKED_AT + 1];
	(void)self;
	for (; *about; about++)
		words_add(&words, *about);
	snprintf(looked_at, sizeof(looked_at), "%s", password);
	return ZxcvbnMatch(looked_at, words.list, NULL);
}

struct password_guesser
password_guesser_zxcvbn(void)
{
	return (struct password_guesser){.bits = password_guesser_bits};
}

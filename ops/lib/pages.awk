# SPDX-License-Identifier: MIT
# pages.awk - inserts the texts of a catalogue (first file) into a template (second file). A line
# {{rows}} ends the first part of a page; with -v part=end the second one is written.

# Escapes a text for an element or a quoted attribute.
function escaped(raw) {
	gsub(/\\"/, "\"", raw)
	gsub(/&/, "\\&amp;", raw)
	gsub(/</, "\\&lt;", raw)
	gsub(/>/, "\\&gt;", raw)
	gsub(/"/, "\\&quot;", raw)
	return raw
}

function text(key) {
	if (key in texts)
		return texts[key]
	print FILENAME ": missing text \"" key "\"" > "/dev/stderr"
	exit 1
}

function value(name) {
	return "<!--# echo var=\"" name "\" encoding=\"none\" default=\"\" -->"
}

function only_if(name, is, then) {
	return "<!--# if expr=\"$" name " = " is "\" -->" then "<!--# endif -->"
}

# The text with something at its place, if it has it.
function replaced(made, place, by,    at) {
	at = index(made, place)
	return at ? substr(made, 1, at - 1) by substr(made, at + length(place)) : made
}

# A text with its {words} filled in: words[first..n] are word=variable.
function worded(made, words, first, n,    i, parts) {
	for (i = first; i <= n; i++) {
		split(words[i], parts, "=")
		made = replaced(made, "{" parts[1] "}", value(parts[2]))
	}
	return made
}

# The one text, of all that begin with "prefix.", that the variable names; between two texts.
function chosen(prefix, name, words, n, before, after,    key, made) {
	for (key in texts)
		if (index(key, prefix ".") == 1)
			made = made only_if(name, substr(key, length(prefix) + 2), \
				before worded(texts[key], words, 4, n) after)
	return made
}

# The texts prefix.NAME of all names in a variable such as ",startDate,guests,".
function listed(prefix, name,    key, made) {
	for (key in texts)
		if (index(key, prefix ".") == 1)
			made = made only_if(name, "/," substr(key, length(prefix) + 2) ",/", "<li>" texts[key] "</li>")
	return made
}

# Nothing if the variable is not set. Conditions cannot be nested, so this is one.
function counted(key, name, words, n,    made) {
	words[n + 1] = "n=" name
	if (key ".0" in texts)
		made = "<!--# if expr=\"$" name " = 0\" -->" text(key ".0") "<!--# elif"
	else
		made = "<!--# if"
	return made " expr=\"$" name " = 1\" -->" worded(text(key ".1"), words, 4, n + 1) \
		"<!--# elif expr=\"$" name "\" -->" worded(text(key ".n"), words, 4, n + 1) "<!--# endif -->"
}

function dated(name,    made) {
	made = replaced(text("date.written"), "{month}", chosen("month", name "_month", none, 0))
	made = replaced(made, "{day}", value(name "_day"))
	return replaced(made, "{year}", value(name "_year"))
}

# A moment: date and time, with the zone.
function timed(name) {
	return replaced(replaced(text("moment"), "{time}", value(name "_time")), "{day}", dated(name))
}

# {{key}}                            a text
# {{key word=variable ...}}          with its {words}
# {{value variable}}                 a variable (fcgi/ssi.h)
# {{each prefix variable word=...}}  the text prefix.VALUE
# {{paragraph prefix variable}}      the same in a paragraph
# {{problem variable}}               the problem as a box
# {{list prefix variable}}           the texts prefix.NAME as a list
# {{count key variable word=...}}    key.0, key.1 or key.n
# {{date variable}}, {{moment variable}}
function inserted(command,    words, n) {
	n = split(command, words, " ")
	if (words[1] == "value")
		return value(words[2])
	if (words[1] == "each")
		return chosen(words[2], words[3], words, n)
	if (words[1] == "paragraph")
		return chosen(words[2], words[3], words, n, "<p>", "</p>")
	if (words[1] == "problem")
		return chosen("problem", words[2], words, 0, \
			"<div class=\"problem\" role=\"alert\"><h2>" text("problem.title") "</h2><p>", "</p></div>")
	if (words[1] == "list")
		return listed(words[2], words[3])
	if (words[1] == "count")
		return counted(words[2], words[3], words, n)
	if (words[1] == "date")
		return dated(words[2])
	if (words[1] == "moment")
		return timed(words[2])
	return worded(text(words[1]), words, 2, n)
}

function filled(line,    at, length_, made) {
	made = ""
	while (match(line, /\{\{[A-Za-z0-9._= -]+\}\}/)) {
		at = RSTART
		length_ = RLENGTH
		made = made substr(line, 1, at - 1) inserted(substr(line, at + 2, length_ - 4))
		line = substr(line, at + length_)
	}
	return made line
}

function include(path,    line, found) {
	while ((found = (getline line < path)) > 0)
		print filled(line)
	if (found < 0) {
		print FILENAME ": " path " cannot be read" > "/dev/stderr"
		exit 1
	}
	close(path)
}

# What nginx knows of itself (nginx.conf.in) has a word that every text may use.
function with_limits(made) {
	made = replaced(made, "{nightsMax}", value("nights_max"))
	return replaced(made, "{daysAhead}", value("days_ahead"))
}

# A line of a catalogue:	"key": "text",
FNR == NR {
	if (match($0, /^\t"[^"]+": "/)) {
		entry = substr($0, RLENGTH + 1)
		sub(/",?$/, "", entry)
		texts[substr($0, 3, RLENGTH - 6)] = with_limits(escaped(entry))
	}
	next
}
/^\{\{include [a-z-]+\}\}$/ { if (is_end == (part == "end")) include(parts substr($2, 1, length($2) - 2) ".html"); next }
$0 == "{{rows}}" { is_end = 1; next }
is_end == (part == "end") { print filled($0) }

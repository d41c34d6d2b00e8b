# SPDX-License-Identifier: MIT
# pages.awk - inserts the texts of a catalogue (first file) into a template (second file).

# Escapes a text for an element or a quoted attribute.
function escaped(text) {
	gsub(/\\"/, "\"", text)
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/>/, "\\&gt;", text)
	gsub(/"/, "\\&quot;", text)
	return text
}

function filled(line,    at, key) {
	while (match(line, /\{\{[A-Za-z0-9._-]+\}\}/)) {
		key = substr(line, RSTART + 2, RLENGTH - 4)
		if (!(key in texts)) {
			print FILENAME ": missing text \"" key "\"" > "/dev/stderr"
			exit 1
		}
		line = substr(line, 1, RSTART - 1) texts[key] substr(line, RSTART + RLENGTH)
	}
	return line
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

# A line of a catalogue:	"key": "text",
FNR == NR {
	if (match($0, /^\t"[^"]+": "/)) {
		text = substr($0, RLENGTH + 1)
		sub(/",?$/, "", text)
		texts[substr($0, 3, RLENGTH - 6)] = escaped(text)
	}
	next
}
/^\{\{include [a-z-]+\}\}$/ { include(parts substr($2, 1, length($2) - 2) ".html"); next }
{ print filled($0) }

# SPDX-License-Identifier: MIT
# sbom.awk - the facts of compose/sbom_facts as CycloneDX 1.5; image, id and digest are variables.

function text(value) {
	gsub(/\\/, "&&", value)
	gsub(/"/, "\\\\&", value)
	gsub(/[\001-\037\177]/, " ", value)
	return "\"" value "\""
}

# Percent-encoding for a package URL: what Debian's names and versions can have beside letters and digits.
function encoded(value) {
	gsub(/%/, "%25", value)
	gsub(/\+/, "%2B", value)
	gsub(/:/, "%3A", value)
	gsub(/@/, "%40", value)
	gsub(/\//, "%2F", value)
	gsub(/ /, "%20", value)
	return value
}

function property(name, value) {
	return "{\"name\": " text(name) ", \"value\": " text(value) "}"
}

function component(line) {
	components[++n] = line
}

function licences(list,    names, count, i, out) {
	count = split(list, names, "|")
	for (i = 1; i <= count; i++)
		out = out (i > 1 ? ", " : "") "{\"license\": {\"name\": " text(names[i]) "}}"
	return count ? ", \"licenses\": [" out "]" : ""
}

$1 == "system" {
	system_id = $2
	distro = $2 ($3 == "" ? "" : "-" $3)
}

$1 == "package" {
	purl = "pkg:deb/" encoded(system_id) "/" encoded($2) "@" encoded($3) "?arch=" encoded($4) "&distro=" encoded(distro) \
		"&upstream=" encoded($5 "@" $6)
	component("{\"type\": \"library\", \"bom-ref\": " text(purl) ", \"name\": " text($2) ", \"version\": " text($3) \
		licences($8) ", \"purl\": " text(purl) ", \"properties\": [" property("debian:architecture", $4) ", " \
		property("debian:source", $5) ", " property("debian:source-version", $6) \
		($7 == "" ? "" : ", " property("debian:copyright", $7)) "]}")
	packages++
}

$1 == "program" {
	component("{\"type\": \"application\", \"bom-ref\": " text("file:" $2) ", \"name\": " text($2) \
		", \"hashes\": [{\"alg\": \"SHA-256\", \"content\": " text($3) "}]}")
}

END {
	print "{"
	print "  \"bomFormat\": \"CycloneDX\","
	print "  \"specVersion\": \"1.5\","
	print "  \"version\": 1,"
	print "  \"metadata\": {"
	print "    \"component\": {\"type\": \"container\", \"bom-ref\": \"image\", \"name\": " text(image) \
		", \"version\": " text(digest == "" ? id : digest) "},"
	print "    \"properties\": [" property("image:id", id) ", " property("system", distro == "" ? "unknown" : distro) \
		(packages ? "" : ", " property("packages", "unknown: the image has no Debian package database")) "]"
	print "  },"
	print "  \"components\": ["
	for (i = 1; i <= n; i++)
		print "    " components[i] (i < n ? "," : "")
	print "  ]"
	print "}"
}

# SPDX-License-Identifier: MIT
# documents - renders what describes the API: /docs, /problems and their JSON.
# shellcheck shell=bash

# Renders them into STATE/nginx/documents, unless what they are made from is the same as last time.
documents_render() {
	local language made=$STATE/nginx/documents work stamp
	stamp=$(documents_checksum)
	[[ $(cat "$made/checksum" 2>/dev/null) != "$stamp" ]] || return 0
	work=$(mktemp -d)
	/usr/bin/python3 -B "$ROOT/ops/lib/documents.py" "$ROOT" "$work" ||
		fail "cannot make the documents from $ROOT/docs/openapi.yaml"
	for language in "${PAGE_LANGUAGES[@]}"; do
		documents_translate "$work" "$language" "$made"
	done
	documents_keep "$work" "$made" '*.json'
	rm -rf -- "$work"
	printf '%s\n' "$stamp" | state_write "$made/checksum"
}

documents_checksum() {
	cat -- "$ROOT"/ops/lib/{documents.*,pages.awk} "$ROOT"/nginx/documents/* "$ROOT"/docs/openapi.yaml \
		"$ROOT"/nginx/html/{parts/*,text/*} | sha256sum
}

# documents_translate TEMPLATES LANGUAGE MADE: the templates with the texts of a language.
documents_translate() {
	local template
	cat -- "$ROOT/nginx/html/text/$2.js" "$ROOT/nginx/documents/$2.js" >"$1/texts"
	mkdir -p -- "$1/$2/problems"
	for template in "$1"/*.html "$1"/problems/*.html; do
		awk -v parts="$ROOT/nginx/html/parts/" -f "$ROOT/ops/lib/pages.awk" "$1/texts" "$template" \
			>"$1/$2/${template#"$1/"}" || fail "cannot render the document $template"
	done
	documents_keep "$1/$2" "$3/$2" '*.html'
}

# documents_keep FROM TO PATTERN: copies the files of the pattern with their folders.
documents_keep() {
	local file
	(umask 077 && mkdir -p -- "$2/problems")
	while IFS= read -r file; do
		state_write "$2/$file" <"$1/$file"
	done < <(cd -- "$1" && find . -type f -name "$3" ! -path './??/*' -printf '%P\n')
}

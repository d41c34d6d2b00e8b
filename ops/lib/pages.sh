# SPDX-License-Identifier: MIT
# pages - renders the pages in each language from templates and text catalogues.
# shellcheck shell=bash

readonly PAGE_LANGUAGES=(en ko)

# page_render LANGUAGE TEMPLATE OUTPUT [end] - {{key}} is replaced by a text of the catalogue, a line
# {{include NAME}} by the file parts/NAME.html (pages.awk has the rest). "end" is what follows {{rows}}.
page_render() {
	local text html=$ROOT/nginx/html made=$STATE/nginx/html
	text=$(awk -v parts="$html/parts/" -v part="${4:-}" -f "$ROOT/ops/lib/pages.awk" \
		"$html/text/$1.js" "$html/$2") || fail "cannot render the page $html/$2"
	printf '%s\n' "$text" | state_write "$made/$1/$3"
}

# A page that cannot be rendered keeps its previous version; a page without a template is removed.
pages_render() {
	local language page html=$ROOT/nginx/html made=$STATE/nginx/html
	for language in "${PAGE_LANGUAGES[@]}"; do
		(umask 077 && mkdir -p -- "$made/$language/fragments")
		for page in "$html"/*.html "$html"/fragments/*.html; do
			page=${page#"$html/"}
			page_render "$language" "$page" "$page"
			[[ $page == fragments/* ]] || page_render "$language" "$page" "${page%.html}.end.html" end
		done
		for page in "$made/$language"/*.html "$made/$language"/fragments/*.html; do
			page=${page#"$made/$language/"}
			[[ -e $html/${page/%.end.html/.html} ]] || rm -f -- "$made/$language/$page"
		done
	done
}

# SPDX-License-Identifier: MIT
# pages - renders the pages in each language from templates and text catalogues.
# shellcheck shell=bash

readonly PAGE_LANGUAGES=(en ko)

# {{key}} is replaced by a text of the catalogue, a line {{include NAME}} by the file parts/NAME.html.
# A page that cannot be rendered keeps its previous version; a page without a template is removed.
pages_render() {
	local language page text html=$ROOT/nginx/html made=$STATE/nginx/html
	for language in "${PAGE_LANGUAGES[@]}"; do
		(umask 077 && mkdir -p -- "$made/$language")
		for page in "$html"/*.html; do
			text=$(awk -v parts="$html/parts/" -f "$ROOT/ops/lib/pages.awk" \
				"$html/text/$language.js" "$page") || fail "cannot render the page $page"
			printf '%s\n' "$text" | state_write "$made/$language/${page##*/}"
		done
		for page in "$made/$language"/*.html; do
			[[ -e $html/${page##*/} ]] || rm -f -- "$page"
		done
	done
}

# pages - the pages in each language, made from their templates and the catalogues of texts.
# shellcheck shell=bash

readonly PAGE_LANGUAGES=(en ko)

# {{key}} stands for a text of the catalogue, a line {{include NAME}} for the file parts/NAME.html.
pages_render() {
	local language page html=$ROOT/nginx/html
	for language in "${PAGE_LANGUAGES[@]}"; do
		(umask 077 && mkdir -p -- "$STATE/nginx/html/$language")
		for page in "$html"/*.html; do
			awk -v parts="$html/parts/" -f "$ROOT/ops/lib/pages.awk" \
				"$html/text/$language.js" "$page" |
				state_write "$STATE/nginx/html/$language/${page##*/}"
		done
	done
}

# pages - the pages in each language, made from their templates and the catalogues of texts.
# shellcheck shell=bash

readonly PAGE_LANGUAGES=(en ko)

# {{key}} stands for a text of the catalogue, a line {{include NAME}} for the file parts/NAME.html.
# A page that cannot be put together stays as it was, one without a template goes.
pages_render() {
	local language page text html=$ROOT/nginx/html made=$STATE/nginx/html
	for language in "${PAGE_LANGUAGES[@]}"; do
		(umask 077 && mkdir -p -- "$made/$language")
		for page in "$html"/*.html; do
			text=$(awk -v parts="$html/parts/" -f "$ROOT/ops/lib/pages.awk" \
				"$html/text/$language.js" "$page") || fail "the page $page cannot be made"
			printf '%s\n' "$text" | state_write "$made/$language/${page##*/}"
		done
		for page in "$made/$language"/*.html; do
			[[ -e $html/${page##*/} ]] || rm -f -- "$page"
		done
	done
}

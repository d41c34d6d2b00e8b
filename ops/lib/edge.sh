# SPDX-License-Identifier: MIT
# edge - what nginx is told about clients, proxies, certificates and our public address. The stack uses it, too.
# shellcheck shell=bash

readonly NEAR_STANDARD='127.0.0.0/8 ::1'
readonly NGINX_MODULES=/usr/lib/nginx/modules
readonly TEND_EVERY_S=2
readonly SHUTDOWN_MORE_S=5 # that a replaced worker of nginx has, beyond the longest request

# The line that loads nginx's stream module, where it is not built in; a copy in FOLDER if one is given.
edge_stream_module() {
	local folder=${1:-$NGINX_MODULES}
	[[ $(nginx -V 2>&1) != *--with-stream=dynamic* ]] || printf 'load_module "%s/ngx_stream_module.so";' "$folder"
}

# edge_configure FOLDER NEAR NAME VALUE...: writes the files of the configuration that depend on such settings.
# The names and values are those of the templates that it cannot know: RUN, LISTEN, NAMES and others.
edge_configure() {
	local folder=$1 near=$2 forwarders='' proxies='' protocol='' currency=${SETTING[HOTEL_CURRENCY]:-KRW}
	local timezone=${SETTING[HOTEL_TIMEZONE]:-Asia/Seoul}
	shift 2
	set -- "$@" CURRENCY "$currency" CURRENCY_DECIMALS "$(currency_decimals "$currency")" TIMEZONE "$timezone" \
		ZONE_WORDS "$(zone_words "$timezone")" NIGHTS_MAX "$(stay_limit NIGHTS_MAX)" \
		DAYS_AHEAD "$(stay_limit DAYS_AHEAD)" DEMO "${SETTING[HOTEL_DEMO]:-off}"
	case ${SETTING[HOTEL_PROXY]:-off} in
	forwarded-for) forwarders=${SETTING[HOTEL_PROXY_FROM]:-} ;;
	proxy-protocol) proxies=${SETTING[HOTEL_PROXY_FROM]:-} protocol=' proxy_protocol' ;;
	esac
	render "$ROOT/nginx/near.conf.in" NEAR "$(edge_lines '\t%s 1;' "$near")" >"$folder/near.conf"
	edge_render stream PLAIN "$(edge_plain_stream "$protocol" "$@")" PROXY_PROTOCOL "$protocol" \
		FORWARDERS "$(edge_lines '\t\t%s 1;' "$forwarders")" \
		REAL_IP "$(edge_lines '\tset_real_ip_from %s;' "$proxies")" "$@" >"$folder/stream.conf"
	{
		edge_http
		edge_render servers SOCKET public.sock CLIENT_ADDRESS "$(edge_address proxy_protocol)" "$@"
		[[ -z $forwarders ]] || edge_render servers SOCKET forwarded.sock \
			CLIENT_ADDRESS "$(edge_address X-Forwarded-For "$forwarders")" "$@"
		! edge_has_plain_port || edge_render plain CLIENT_ADDRESS "$(edge_address proxy_protocol)" "$@"
	} >"$folder/public.conf"
	printf '%s\n' "${SETTING[HOTEL_CONNECTION_S]:-3600}" "${SETTING[HOTEL_TLS_CERT]:-}" "${SETTING[HOTEL_TLS_KEY]:-}" >"$folder/tend"
}

# edge_lines FORMAT WORDS: a line for each word, once.
edge_lines() {
	local word
	for word in $2; do
		# shellcheck disable=SC2059 # the format is a parameter
		printf "$1\n" "$word"
	done | awk '!known[$0]++'
}

# Whether a port without TLS leads to the one with it.
edge_has_plain_port() {
	[[ -n ${SETTING[HOTEL_TLS_CERT]:-} && ${SETTING[HOTEL_HTTP_PORT]:-0} != 0 ]]
}

# edge_plain_stream PROTOCOL NAME VALUE...: the server of that port, at the address of the other one.
edge_plain_stream() {
	local protocol=$1 arguments=("${@:2}") n
	edge_has_plain_port || return 0
	for ((n = 0; n < ${#arguments[@]}; n += 2)); do
		[[ ${arguments[n]} != LISTEN ]] || arguments[n + 1]=${arguments[n + 1]%:*}:${SETTING[HOTEL_HTTP_PORT]}
	done
	edge_render plain-stream PROXY_PROTOCOL "$protocol" "${arguments[@]}"
}

# edge_render TEMPLATE NAME VALUE...: with the names that are the same in all of them.
edge_render() {
	local rate=${SETTING[HOTEL_CLIENT_RATE]:-50} template=$1 tls=''
	shift
	[[ -z ${SETTING[HOTEL_TLS_CERT]:-} ]] || tls=' ssl'
	render "$ROOT/nginx/$template.conf.in" TLS "$tls" CONNECTIONS "${SETTING[HOTEL_CLIENT_CONNECTIONS]:-200}" \
		RATE "$rate" BURST $((2 * rate)) "$@"
}

# Where a server takes the client's address from. Every connection is from stream, at a unix socket.
edge_address() {
	printf '\treal_ip_header %s;\n\treal_ip_recursive on;\n\tset_real_ip_from unix:;\n' "$1"
	edge_lines '\tset_real_ip_from %s;' "${2:-}"
}

edge_http() {
	local scheme='' tls=off url='' host="\$http_host"
	# The stack does not know the port that it is published on, and has no other.
	[[ -z ${SETTING[HOTEL_PORT]:-} ]] || host="\$host:${SETTING[HOTEL_PORT]}"
	[[ ${SETTING[HOTEL_URL]:-} != https://* ]] || url=$(printf '\t"%s" "%s";' "$(edge_url_host)" "${SETTING[HOTEL_URL]}")
	[[ -z ${SETTING[HOTEL_URL]:-} ]] || scheme=$(printf '\t"%s" %s;' "$(edge_url_host)" "${SETTING[HOTEL_URL]%%:*}")
	[[ -z ${SETTING[HOTEL_TLS_CERT]:-} ]] || tls=on
	edge_render public URL_SCHEME "$scheme" TLS_HOST "${host%:443}" TLS_URL "$url" ACCOUNTS "${SETTING[HOTEL_AUTH]:-off}" TLS_STATE "$tls"
	[[ $tls == off ]] || render "$ROOT/nginx/tls.conf.in" CERT "${SETTING[HOTEL_TLS_CERT]}" KEY "${SETTING[HOTEL_TLS_KEY]}"
}

# The host of HOTEL_URL, without its port; nothing if it is not set.
edge_url_host() {
	local host=${SETTING[HOTEL_URL]:-}
	host=${host#*://} host=${host%%/*}
	[[ $host =~ ^(\[.*\]|[^:]*) ]] && printf '%s' "${BASH_REMATCH[1],,}"
}

# Whether others reach the system: as lib/config/settings.c decides it.
edge_is_published() {
	[[ ! ${SETTING[HOTEL_LISTEN]:-127.0.0.1} =~ ^(127\..*|::1|localhost)$ ]] ||
		[[ -n $(edge_url_host) && ! $(edge_url_host) =~ ^(localhost|127\.0\.0\.1|\[::1\])$ ]]
}

# Whether people reach it by HTTPS, here or at a proxy.
edge_has_https() {
	[[ -n ${SETTING[HOTEL_TLS_CERT]:-} || ${SETTING[HOTEL_PROXY]:-off} != off || ${SETTING[HOTEL_URL]:-} == https://* ]]
}

# What is risky where others reach the system, a line each, with the command that mends it after a tab.
edge_risks() {
	edge_is_published || return 0
	[[ ${SETTING[HOTEL_DEMO]} != on ]] ||
		printf 'others reach this system, and HOTEL_DEMO=on makes demo accounts and accepts cards for trials\t%s\n' \
			"HOTEL_DEMO=off $(hotel_command up)"
	edge_has_https ||
		printf 'others reach this system without HTTPS, so whoever is between can read passwords\t%s\n' \
			"HOTEL_TLS_CERT=FILE HOTEL_TLS_KEY=FILE $(hotel_command up)"
}

# Options with which curl on this machine reaches the public port, whatever the settings are.
edge_curl_options() {
	[[ -z ${SETTING[HOTEL_TLS_CERT]:-} ]] || printf -- '-k\n'
	[[ ${SETTING[HOTEL_PROXY]:-off} != proxy-protocol ]] || printf -- '--haproxy-protocol\n'
}

# ---- beside a running nginx ----

# edge_tend_begin FOLDER: remembers what nginx has read at its start; FOLDER has its configuration.
edge_tend_begin() {
	TENDED_S=$EPOCHSECONDS REPLACED_S=$EPOCHSECONDS
	TLS_SEEN=$(edge_tls_seen "$1") || TLS_SEEN=
}

# The files of the certificate as they are now; fails while one is missing.
edge_tls_seen() {
	local _ cert key
	{ read -r _ && read -r cert && read -r key; } 2>/dev/null <"$1/tend" || return 0
	[[ -z $key ]] || stat -L -c '%n %i %s %y %z' -- "$cert" "$key" 2>/dev/null
}

# edge_tend FOLDER MASTER: has nginx replace its workers without dropping a request when the files of its
# certificate have changed, and every HOTEL_CONNECTION_S seconds: nothing else bounds the time that the
# body of a request may take. nginx keeps what it has if a certificate and its key do not match.
edge_tend() {
	local life=0 seen
	((EPOCHSECONDS - TENDED_S >= TEND_EVERY_S)) || return 0
	TENDED_S=$EPOCHSECONDS
	{ read -r life <"$1/tend"; } 2>/dev/null || return 0
	seen=$(edge_tls_seen "$1") || return 0
	[[ $seen != "$TLS_SEEN" ]] || ((EPOCHSECONDS - REPLACED_S >= life)) || return 0
	TLS_SEEN=$seen REPLACED_S=$EPOCHSECONDS
	kill -HUP "$2" || true
}

# ---- a certificate for a try ----

readonly CERTIFICATE_DAYS=365

# Makes a self-signed certificate in the state folder, unless it is there, and sets the settings to it.
edge_certificate_make() {
	local folder=$STATE/tls name names='' kind
	SETTING[HOTEL_TLS_CERT]=$folder/cert.pem SETTING[HOTEL_TLS_KEY]=$folder/key.pem
	[[ ! -r $folder/cert.pem || ! -r $folder/key.pem ]] || return 0
	for name in $(host_names); do
		name=${name//[\[\]]/} kind=DNS
		! edge_is_network "$name" || kind=IP
		names+=,$kind:$name
	done
	(umask 077 && mkdir -p -- "$folder")
	(umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "$CERTIFICATE_DAYS" \
		-subj /CN=MyHotel -addext "subjectAltName=${names#,}" \
		-keyout "$folder/key.pem" -out "$folder/cert.pem" 2>"$folder/output") ||
		fail "cannot make a certificate: $(tail -n 1 "$folder/output")"
	rm -f -- "$folder/output"
}

# The command curl, which trusts that certificate if it is in use.
edge_curl() {
	printf curl
	[[ ${SETTING[HOTEL_TLS_CERT]:-} != "$STATE/tls/cert.pem" ]] || printf ' --cacert %q' "$STATE/tls/cert.pem"
}

# ---- faults of these settings, one per line ----

edge_faults() {
	edge_networks_faults HOTEL_NEAR
	edge_networks_faults HOTEL_PROXY_FROM
	[[ ${SETTING[HOTEL_PROXY]:-off} == off || -n ${SETTING[HOTEL_PROXY_FROM]:-} ]] ||
		printf 'HOTEL_PROXY=%s needs HOTEL_PROXY_FROM, the addresses of the proxy\n' "${SETTING[HOTEL_PROXY]}"
	edge_tls_faults
	edge_port_faults
	[[ -z ${SETTING[HOTEL_URL]:-} || ${SETTING[HOTEL_URL]} =~ ^https?://([0-9A-Za-z.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?$ ]] ||
		printf 'HOTEL_URL="%s" is not http:// or https:// with a host and nothing after it but a port\n' "${SETTING[HOTEL_URL]}"
}

edge_port_faults() {
	local port=${SETTING[HOTEL_HTTP_PORT]:-0}
	[[ $port != 0 ]] || return 0
	if [[ ! $port =~ ^[1-9][0-9]{0,4}$ ]] || ((port > 65535)) || [[ $port == "${SETTING[HOTEL_PORT]:-}" ]]; then
		printf 'HOTEL_HTTP_PORT="%s" is neither 0 nor a port other than HOTEL_PORT\n' "$port"
	elif [[ -z ${SETTING[HOTEL_TLS_CERT]:-}${TLS_COMES:-} ]]; then
		printf 'HOTEL_HTTP_PORT=%s leads to HTTPS, so it needs HOTEL_TLS_CERT and HOTEL_TLS_KEY\n' "$port"
	fi
}

edge_networks_faults() {
	local network
	for network in ${SETTING[$1]:-}; do
		edge_is_network "$network" ||
			printf '%s contains "%s", which is neither an address nor a network such as 192.0.2.0/24 or 2001:db8::/32\n' \
				"$1" "$network"
	done
}

edge_is_network() {
	local byte address=${1%%/*} bits=${1#*/}
	[[ $1 == */* ]] || bits=0
	[[ $bits =~ ^[0-9]{1,3}$ ]] || return 1
	if [[ $address == *:* ]]; then
		[[ $address =~ ^[0-9A-Fa-f:]{2,39}$ && $address != *:::* ]] && ((10#$bits <= 128))
		return
	fi
	[[ $address =~ ^([0-9]{1,3}\.){3}[0-9]{1,3}$ ]] && ((10#$bits <= 32)) || return 1
	for byte in ${address//./ }; do
		((10#$byte <= 255)) || return 1
	done
}

edge_tls_faults() {
	local name cert=${SETTING[HOTEL_TLS_CERT]:-} key=${SETTING[HOTEL_TLS_KEY]:-} faults=0
	[[ -n $cert$key ]] || return 0
	for name in HOTEL_TLS_CERT HOTEL_TLS_KEY; do
		if [[ -z ${SETTING[$name]:-} ]]; then
			printf 'HOTEL_TLS_CERT and HOTEL_TLS_KEY belong together; %s is not set\n' "$name"
		elif [[ ${SETTING[$name]} != /* ]]; then
			printf '%s="%s" is not an absolute path\n' "$name" "${SETTING[$name]}"
		elif [[ ! -r ${SETTING[$name]} ]]; then
			printf '%s="%s" cannot be read\n' "$name" "${SETTING[$name]}"
		else
			continue
		fi
		faults=1
	done
	((faults)) || edge_pair_matches "$cert" "$key" ||
		printf 'HOTEL_TLS_KEY="%s" is not the key of the certificate in HOTEL_TLS_CERT="%s"\n' "$key" "$cert"
}

# Where there is no openssl, nginx itself says so.
edge_pair_matches() {
	local cert key
	command -v openssl >/dev/null || return 0
	cert=$(openssl x509 -in "$1" -noout -pubkey 2>/dev/null) && key=$(openssl pkey -in "$2" -pubout 2>/dev/null) &&
		[[ $cert == "$key" ]]
}

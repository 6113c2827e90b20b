#!/usr/bin/env bash
# A login by curl and openssl alone: bash login.sh service.env. docs/relying-party.md#plain-curl
set -euo pipefail
source "$1"
redirect_uri=http://localhost:$PORT/callback
key=$(mktemp)
trap 'rm -f "$key"' EXIT

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
bytes() { printf "$(sed 's/../\\x&/g')"; } # of hexadecimal digits
member() { sed -n 's/.*"'"$1"'" *: *"\([^"]*\)".*/\1/p'; } # of a JSON object
parameter() { sed -n 's/.*[?&]'"$1"'=\([^&]*\).*/\1/p'; } # of an address

# The key is a JWK; openssl reads an ECPrivateKey of P-256 (RFC 5915 §3).
d=$(member d <"$KEY_FILE")
{ bytes <<<30310201010420; tr '_-' '/+' <<<"$d=" | openssl base64 -d -A; bytes <<<a00a06082a8648ce3d030107; } |
  openssl pkey -inform DER -out "$key"

# openssl signs in DER, JWS wants two numbers of 32 bytes (RFC 7518 §3.4).
es256() {
  openssl dgst -sha256 -sign "$key" | openssl asn1parse -inform DER | sed -n 's/.*INTEGER *://p' |
    while read -r number; do printf %64s "$number" | tr ' ' 0 | bytes; done | base64url
}
# private_key_jwt: RFC 7523 §3
assertion() {
  local now payload signed
  now=$(date +%s)
  payload='{"iss":"%s","sub":"%s","aud":"%s","jti":"%s","iat":%s,"exp":%s}'
  payload=$(printf "$payload" "$CLIENT_ID" "$CLIENT_ID" "$ISSUER" "$(openssl rand -hex 16)" "$now" $((now + 60)))
  signed=$(printf %s '{"alg":"ES256"}' | base64url).$(printf %s "$payload" | base64url)
  printf %s.%s "$signed" "$(printf %s "$signed" | es256)"
}
configuration=$(curl -fsS "$ISSUER/.well-known/openid-configuration")
endpoint() { member "$1_endpoint" <<<"$configuration"; }
send() { # <endpoint> <name=value>…, in the service's own name
  local url=$1 value values=()
  shift
  for value in client_id="$CLIENT_ID" client_assertion="$(assertion)" \
    client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer "$@"; do
    values+=(--data-urlencode "$value")
  done
  curl --fail-with-body -sS "$url" "${values[@]}"
}

# PAR (RFC 9126) with PKCE (RFC 7636)
verifier=$(openssl rand 32 | base64url)
state=$(openssl rand -hex 16)
pushed=$(send "$(endpoint pushed_authorization_request)" response_type=code scope=openid state="$state" \
  redirect_uri="$redirect_uri" code_challenge_method=S256 \
  code_challenge="$(printf %s "$verifier" | openssl dgst -sha256 -binary | base64url)")
echo "Open: $(endpoint authorization)?client_id=$CLIENT_ID&request_uri=$(member request_uri <<<"$pushed")"
echo "Approve on the phone. The browser then finds nobody at $redirect_uri: paste the whole address that it shows."
read -r address
[ "$(parameter state <<<"$address")" = "$state" ] || { echo 'That is the end of another login.' >&2; exit 1; }
code=$(parameter code <<<"$address")
[ -n "$code" ] || { echo "No login: $(parameter error <<<"$address")" >&2; exit 1; }

tokens=$(send "$(endpoint token)" grant_type=authorization_code code="$code" redirect_uri="$redirect_uri" \
  code_verifier="$verifier")
person=$(curl -fsS "$(endpoint userinfo)" --oauth2-bearer "$(member access_token <<<"$tokens")")
echo "You are $(member sub <<<"$person")."

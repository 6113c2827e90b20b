# A service in Python: Authlib with httpx, and joserfc that comes with it. Says where the browser goes, hears where it came
# back, says who it is. Arguments: issuer, client id, redirect URI, file with the client's private key (JWK).
import json
import sys
from urllib.parse import parse_qs, urlsplit

import httpx
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

issuer, client_id, redirect_uri, key_file = sys.argv[1:]
metadata = httpx.get(issuer + "/.well-known/openid-configuration").json()
assert metadata["issuer"] == issuer

client = OAuth2Client(
    client_id,
    ECKey.import_key(json.load(open(key_file))),
    token_endpoint_auth_method=PrivateKeyJWT(issuer, alg="ES256"),
    redirect_uri=redirect_uri,
    scope="openid",
    code_challenge_method="S256",
)
verifier, nonce = generate_token(48), generate_token(20)
location, state = client.create_authorization_url(
    metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
)
print(location, flush=True)

callback = sys.stdin.readline().strip()
query = {name: values[0] for name, values in parse_qs(urlsplit(callback).query).items()}
assert query.get("iss") == issuer and query.get("state") == state, query.get("error")
token = client.fetch_token(
    metadata["token_endpoint"], authorization_response=callback, code_verifier=verifier, state=state
)
keys = KeySet.import_key_set(httpx.get(metadata["jwks_uri"]).json())
decoded = jwt.decode(token["id_token"], keys, algorithms=["ES256"])
jwt.JWTClaimsRegistry(
    iss={"essential": True, "value": issuer},
    aud={"essential": True, "value": client_id},
    sub={"essential": True},
    exp={"essential": True},
    nonce={"essential": True, "value": nonce},
).validate(decoded.claims)
userinfo = client.get(metadata["userinfo_endpoint"]).json()
print(json.dumps({**decoded.claims, "userinfo_sub": userinfo["sub"]}))

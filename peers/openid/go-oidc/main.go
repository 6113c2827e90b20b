// A service in Go: golang.org/x/oauth2 and go-oidc. Says where the browser goes, hears where it came back, says who it is.
// Arguments: issuer, client id, redirect URI, file with the client's private key (JWK).
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// RFC 7523 §3; x/oauth2 leaves client authentication by key to its caller.
func assertion(file, client, audience string) string {
	text, err := os.ReadFile(file)
	check(err)
	var key jose.JSONWebKey
	check(key.UnmarshalJSON(text))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, nil)
	check(err)
	now := time.Now()
	claims := jwt.Claims{
		Issuer: client, Subject: client, Audience: jwt.Audience{audience}, ID: oauth2.GenerateVerifier(),
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(time.Minute)),
	}
	signed, err := jwt.Signed(signer).Claims(claims).Serialize()
	check(err)
	return signed
}

func main() {
	issuer, client, redirect, file := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, issuer)
	check(err)
	config := oauth2.Config{ClientID: client, RedirectURL: redirect, Endpoint: provider.Endpoint(), Scopes: []string{"openid"}}
	config.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	state, nonce, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	fmt.Println(config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)))

	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	check(err)
	callback, err := url.Parse(line[:len(line)-1])
	check(err)
	if callback.Query().Get("state") != state || callback.Query().Get("iss") != issuer {
		check(fmt.Errorf("not the answer to this request: %s", callback.Query().Get("error")))
	}
	token, err := config.Exchange(ctx, callback.Query().Get("code"), oauth2.VerifierOption(verifier),
		oauth2.SetAuthURLParam("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
		oauth2.SetAuthURLParam("client_assertion", assertion(file, client, issuer)))
	check(err)
	raw, _ := token.Extra("id_token").(string)
	demand := oidc.Config{ClientID: client, SupportedSigningAlgs: []string{"ES256"}}
	idToken, err := provider.Verifier(&demand).Verify(ctx, raw)
	check(err)
	if idToken.Nonce != nonce {
		check(fmt.Errorf("another nonce"))
	}
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	check(err)
	var claims map[string]any
	check(idToken.Claims(&claims))
	claims["userinfo_sub"] = info.Subject
	check(json.NewEncoder(os.Stdout).Encode(claims))
}

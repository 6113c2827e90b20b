module kazasu/peers/go-oidc

go 1.21

require (
	github.com/coreos/go-oidc/v3 v3.11.0
	github.com/go-jose/go-jose/v4 v4.0.2
	golang.org/x/oauth2 v0.21.0
)

require golang.org/x/crypto v0.25.0 // indirect

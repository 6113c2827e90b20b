// Go's crypto/x509 as a verifier: chains as JSON on standard input, a verdict for each on standard output.
// Revocation is not in crypto/x509: every certificate below the root needs a current CRL by its issuer that does not list it.

package main

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"os"
	"time"
)

type chain struct {
	Leaf    []byte   `json:"leaf"`
	Between [][]byte `json:"between"`
	Crls    [][]byte `json:"crls"`
}

type forest struct {
	At        time.Time `json:"at"`
	Roots     [][]byte  `json:"roots"`
	RootLists [][]byte  `json:"rootLists"`
	Chains    []chain   `json:"chains"`
}

func lists(all [][]byte) (parsed []*x509.RevocationList) {
	for _, der := range all {
		if list, err := x509.ParseRevocationList(der); err == nil {
			parsed = append(parsed, list)
		}
	}
	return
}

func unrevoked(cert, issuer *x509.Certificate, all []*x509.RevocationList, at time.Time) string {
	why := "no list"
	for _, list := range all {
		if !bytes.Equal(list.RawIssuer, issuer.RawSubject) {
			continue
		}
		if err := list.CheckSignatureFrom(issuer); err != nil {
			why = err.Error()
			continue
		}
		if at.After(list.NextUpdate) || at.Before(list.ThisUpdate) {
			why = "list out of date"
			continue
		}
		for _, extension := range list.Extensions {
			if extension.Critical {
				return "critical extension of a list"
			}
		}
		for _, entry := range list.RevokedCertificates {
			if entry.SerialNumber.Cmp(cert.SerialNumber) == 0 {
				return "revoked"
			}
		}
		return ""
	}
	return why
}

func verify(c chain, roots *x509.CertPool, rootLists []*x509.RevocationList, at time.Time) string {
	leaf, err := x509.ParseCertificate(c.Leaf)
	if err != nil {
		return err.Error()
	}
	between := x509.NewCertPool()
	for _, der := range c.Between {
		if cert, err := x509.ParseCertificate(der); err == nil {
			between.AddCert(cert)
		}
	}
	usage := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	options := x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: at, KeyUsages: usage}
	paths, err := leaf.Verify(options)
	if err != nil {
		return err.Error()
	}
	all := append(lists(c.Crls), rootLists...)
	why := ""
	for _, path := range paths {
		why = ""
		for i := 0; i+1 < len(path) && why == ""; i++ {
			why = unrevoked(path[i], path[i+1], all, at)
		}
		if why == "" {
			return ""
		}
	}
	return why
}

func main() {
	var f forest
	if err := json.NewDecoder(os.Stdin).Decode(&f); err != nil {
		panic(err)
	}
	roots := x509.NewCertPool()
	for _, der := range f.Roots {
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			panic(err)
		}
		roots.AddCert(cert)
	}
	rootLists := lists(f.RootLists)
	verdicts := make([]string, 0, len(f.Chains))
	for _, c := range f.Chains {
		verdicts = append(verdicts, verify(c, roots, rootLists, f.At))
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		panic(err)
	}
}

// Go's crypto/x509 on the chain of the bench `path`: parse the leaf, verify it under root and CA, which are parsed before.
// JSON on standard input; nanoseconds for one on standard output: wall, processor.

package main

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"syscall"
	"time"
)

type input struct {
	At     time.Time `json:"at"`
	Root   []byte    `json:"root"`
	Ca     []byte    `json:"ca"`
	Leaves [][]byte  `json:"leaves"`
}

func pool(der []byte) *x509.CertPool {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	certs := x509.NewCertPool()
	certs.AddCert(cert)
	return certs
}

func processor() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func main() {
	var in input
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		panic(err)
	}
	usage := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	options := x509.VerifyOptions{Roots: pool(in.Root), Intermediates: pool(in.Ca), CurrentTime: in.At, KeyUsages: usage}
	count := int64(0)
	started, before := time.Now(), processor()
	for time.Since(started) < 2*time.Second {
		for _, der := range in.Leaves {
			leaf, err := x509.ParseCertificate(der)
			if err != nil {
				panic(err)
			}
			if _, err = leaf.Verify(options); err != nil {
				panic(err)
			}
			count++
		}
	}
	fmt.Println(time.Since(started).Nanoseconds()/count, (processor()-before).Nanoseconds()/count)
}

package intercept

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"os"
	"runtime"
	"sync"
	"time"
)

// An authority signs certificates for the sessions, so that transports speak TLS with
// them as with the service. Its key is made in this process and never leaves it.
type authority struct {
	pool *x509.CertPool // what the default transport and its clones trust

	ready       sync.Once // guards what follows
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
	err         error

	mu     sync.Mutex
	signed map[string]*tls.Config // by host
}

func newAuthority() *authority {
	a := &authority{pool: x509.NewCertPool(), signed: map[string]*tls.Config{}}
	switch runtime.GOOS {
	case "windows", "darwin", "ios":
		a.prepare() // there the system verifies, and nothing is loaded
	}
	return a
}

// trustedBy returns a configuration of a client that trusts the authority as well.
//
// The certificates of the system take a while to load, and the suite may still
// name them with SSL_CERT_FILE. So the pool stays empty until a certificate is
// verified: then crypto/tls asks for the time.
func (a *authority) trustedBy(config *tls.Config) *tls.Config {
	if config == nil {
		config = new(tls.Config)
	}
	config = config.Clone()
	if config.RootCAs != nil {
		a.pool = config.RootCAs.Clone()
		if a.prepare(); a.err == nil {
			a.pool.AddCert(a.certificate)
		}
		config.RootCAs = a.pool
		return config
	}
	config.RootCAs = a.pool
	now := config.Time
	config.Time = func() time.Time {
		a.prepare()
		if now != nil {
			return now()
		}
		return time.Now()
	}
	return config
}

// prepare makes the certificate of the authority and fills the pool.
func (a *authority) prepare() {
	a.ready.Do(func() {
		a.key, a.certificate, a.err = newCertificate(&x509.Certificate{
			Subject: pkix.Name{CommonName: "ginkgo-vcr in this process"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		}, nil, nil)
		if !a.pool.Equal(x509.NewCertPool()) {
			addBundle(a.pool) // to what a suite has added to the pool of a clone
		} else if system, err := x509.SystemCertPool(); err == nil {
			*a.pool = *system
		}
		if a.err == nil {
			a.pool.AddCert(a.certificate)
		}
	})
}

// addBundle adds the certificates of the system to a pool that has others: no pool can
// be added to another, so it takes them from where crypto/x509 does.
func addBundle(pool *x509.CertPool) {
	files := []string{
		"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem", "/usr/local/etc/ssl/cert.pem",
	}
	if named := os.Getenv("SSL_CERT_FILE"); named != "" {
		files = []string{named}
	}
	for _, file := range files {
		if bundle, err := os.ReadFile(file); err == nil {
			pool.AppendCertsFromPEM(bundle)
			return
		}
	}
}

// configFor returns the configuration of a server for a host.
func (a *authority) configFor(host string) (*tls.Config, error) {
	if a.prepare(); a.err != nil {
		return nil, a.err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if config := a.signed[host]; config != nil {
		return config, nil
	}
	template := &x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, KeyUsage: x509.KeyUsageDigitalSignature}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	key, certificate, err := newCertificate(template, a.certificate, a.key)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{certificate.Raw}, PrivateKey: key, Leaf: certificate}},
		// A client that has a certificate shows it, and is refused.
		ClientAuth: tls.RequestClientCert, SessionTicketsDisabled: true,
		CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}, // the quickest first
	}
	a.signed[host] = config
	return config, nil
}

// newCertificate makes a certificate, signed by itself if there is no parent. It is
// valid at any time, since tests set clocks.
func newCertificate(template, parent *x509.Certificate, signer *ecdsa.PrivateKey) (*ecdsa.PrivateKey, *x509.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, big.NewInt(1<<62)); err != nil {
		return nil, nil, err
	}
	template.NotBefore, template.NotAfter = time.Unix(0, 0), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	if parent == nil {
		parent, signer = template, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return nil, nil, err
	}
	certificate, err := x509.ParseCertificate(raw)
	return key, certificate, err
}

package recorder

import (
	"hash/maphash"
	"net/http"
	"net/url"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A fingerprint stands for the method, URL and body of a request as it is sent,
// with the headers that say how the body is read. Two hashes with random seeds
// make sure that no two requests share one.
type fingerprint [2]uint64

var seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

// fingerprintOf returns the fingerprint of a request without the text of its URL,
// which would have to be made.
func fingerprintOf(req *http.Request, body []byte) fingerprint {
	host := req.Host
	if host == "" {
		host = req.URL.Host
	}
	return fingerprintOfParts(req.Method, req.URL, host, req.Header, body)
}

// fingerprintsOf returns those of recorded requests. Most go to the URL of the one
// before. A request whose URL is none has the zero fingerprint, which nothing has.
func fingerprintsOf(interactions []*cassette.Interaction) []fingerprint {
	prints := make([]fingerprint, len(interactions))
	var raw string
	var u *url.URL
	for n, i := range interactions {
		r := &i.Request
		if r.URL != raw || u == nil {
			var err error
			if u, err = url.Parse(r.URL); err != nil {
				u = nil
				continue
			}
			raw = r.URL
		}
		prints[n] = fingerprintOfParts(r.Method, u, u.Host, r.Header, r.Body.Bytes())
	}
	return prints
}

func fingerprintOfParts(method string, u *url.URL, host string, header http.Header, body []byte) fingerprint {
	if method == "" {
		method = http.MethodGet
	}
	var print fingerprint
	for n, seed := range seeds {
		var h maphash.Hash
		h.SetSeed(seed)
		for _, text := range [...]string{method, u.Scheme, u.Opaque, host, u.Path, u.RawPath, u.RawQuery} {
			_, _ = h.WriteString(text)
			_ = h.WriteByte(0)
		}
		for _, name := range [...]string{"Content-Type", "Content-Encoding"} {
			for _, value := range header[name] {
				_, _ = h.WriteString(value)
			}
			_ = h.WriteByte(0)
		}
		_, _ = h.Write(body)
		print[n] = h.Sum64()
	}
	return print
}

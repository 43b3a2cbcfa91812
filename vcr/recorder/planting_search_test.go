package recorder_test

import (
	"encoding/base64"
	stdbinary "encoding/binary"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// search tells which of some secrets are in one of the texts: as they are,
// percent-encoded, in base64 at each alignment, in hex, and as JSON escapes them.
// It shares nothing with how the library looks for secrets.
func search(texts []string, secrets [][]string) (found []bool) {
	type needle struct {
		form   string
		secret int
	}
	needles := map[uint64][]needle{} // by the first eight bytes
	for n, alternatives := range secrets {
		for _, secret := range alternatives {
			for _, form := range formsOf(secret) {
				start := stdbinary.LittleEndian.Uint64([]byte(form))
				needles[start] = append(needles[start], needle{form, n})
			}
		}
	}
	found = make([]bool, len(secrets))
	for _, text := range texts {
		bytes := []byte(text)
		for at := 0; at+8 <= len(text); at++ {
			for _, needle := range needles[stdbinary.LittleEndian.Uint64(bytes[at:])] {
				found[needle.secret] = found[needle.secret] || strings.HasPrefix(text[at:], needle.form)
			}
		}
	}
	return found
}

func formsOf(secret string) []string {
	escape := func(text string) string { quoted := quote(text); return quoted[1 : len(quoted)-1] }
	inJSON := escape(secret)
	forms := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), hexOf(secret), strings.ToUpper(hexOf(secret)),
		inJSON, escape(inJSON), escape(escape(inJSON)), url.QueryEscape(inJSON), strings.ReplaceAll(inJSON, `\u0026`, "&"),
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		for before := range 3 {
			// Without the characters at the ends, which depend on what stands there.
			encoded := encoding.EncodeToString([]byte("abc"[:before] + secret + "z"))
			if encoded = encoded[4 : len(encoded)-4]; len(encoded) >= 8 {
				forms = append(forms, encoded)
			}
		}
	}
	return forms
}

// filesIn returns every file below a folder, and what the bodies in cassettes
// say that are compressed or not shown as text.
func filesIn(t *testing.T, dir string) (texts []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(file)
		texts = append(texts, string(data))
		if err != nil || filepath.Ext(file) != ".yaml" {
			return err
		}
		c, err := cassette.Load(file)
		if err != nil {
			return err
		}
		for _, i := range c.Interactions {
			texts = append(texts, fmt.Sprint(i.Request.URL, i.Request.Header, i.Request.Body, i.Response.Header, i.Response.Body, i.Response.Trailer))
			for _, body := range []cassette.Body{i.Request.Body, i.Response.Body} {
				if said, ok := cassette.Decode("gzip", body.Bytes()); ok {
					texts = append(texts, string(said))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

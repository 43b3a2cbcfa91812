package media_test

import (
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

const form = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--b\r\n\r\n\r\n--b--\r\n"

func TestCutMultipart(t *testing.T) {
	boundary, sections, ok := media.CutMultipart("multipart/form-data; boundary=b", []byte(form))
	if !ok || boundary != "b" || len(sections) != 2 ||
		string(sections[0].Head) != "Content-Disposition: form-data; name=\"a\"\r\n" || string(sections[0].Content) != "one" ||
		len(sections[1].Head) != 0 || len(sections[1].Content) != 0 {
		t.Errorf("cut are %q %q, %t", boundary, sections, ok)
	}
	for name, c := range map[string]struct{ contentType, body string }{
		"another type":      {"text/plain; boundary=b", form},
		"no boundary":       {"multipart/form-data", form},
		"another boundary":  {"multipart/form-data; boundary=c", form},
		"a long boundary":   {"multipart/form-data; boundary=" + strings.Repeat("b", 71), strings.ReplaceAll(form, "--b", "--"+strings.Repeat("b", 71))},
		"a preamble":        {"multipart/form-data; boundary=b", "\r\n" + form},
		"an epilogue":       {"multipart/form-data; boundary=b", form + "a"},
		"no end":            {"multipart/form-data; boundary=b", strings.TrimSuffix(form, "\r\n")},
		"cut off":           {"multipart/form-data; boundary=b", form[:20]},
		"LF":                {"multipart/form-data; boundary=b", strings.ReplaceAll(form, "\r", "")},
		"no parts":          {"multipart/form-data; boundary=b", "--b\r\n--b--\r\n"},
		"headers to no end": {"multipart/form-data; boundary=b", "--b\r\nA: b\r\n--b--\r\n"},
	} {
		if boundary, sections, ok := media.CutMultipart(c.contentType, []byte(c.body)); ok {
			t.Errorf("%s: cut are %q %q", name, boundary, sections)
		}
	}
}

func FuzzCutMultipart(f *testing.F) {
	f.Add("b", form)
	f.Add("b", "--b\r\n\r\n--b\r\n--b--\r\n")
	f.Add("b", "--b\r\n\r\n\r\n--b\r\n\r\n--b--\r\n--b--\r\n")
	f.Fuzz(func(t *testing.T, boundary, body string) {
		cut, sections, ok := media.CutMultipart(`multipart/form-data; boundary="`+boundary+`"`, []byte(body))
		if ok && string(media.JoinMultipart(cut, sections)) != body {
			t.Errorf("joined is %q", media.JoinMultipart(cut, sections))
		}
	})
}

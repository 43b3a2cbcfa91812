package media_test

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// upload is a multipart body as a client writes it: a field, JSON metadata, a file.
func upload(t *testing.T, boundary, metadata, file string) (contentType string, body []byte) {
	t.Helper()
	var text bytes.Buffer
	w := multipart.NewWriter(&text)
	if err := w.SetBoundary(boundary); err != nil {
		t.Fatal(err)
	}
	for _, part := range []struct{ disposition, contentType, content string }{
		{`form-data; name="token"`, "", "s3"},
		{`form-data; name="metadata"`, "application/json", metadata},
		{`form-data; name="file"; filename="a.txt"`, "text/plain", file},
	} {
		header := textproto.MIMEHeader{"Content-Disposition": {part.disposition}}
		if part.contentType != "" {
			header.Set("Content-Type", part.contentType)
		}
		to, err := w.CreatePart(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(to, part.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), text.Bytes()
}

func canonicalUpload(t *testing.T, boundary, metadata, file string) string {
	t.Helper()
	canonical, ok := media.CanonicalMultipart(upload(t, boundary, metadata, file))
	if !ok {
		t.Fatal("CanonicalMultipart is not ok")
	}
	return string(canonical)
}

func TestCanonicalMultipart(t *testing.T) {
	first := canonicalUpload(t, "first", `{"a":1,"b":"x"}`, "hello\r\n--firs\r\n")
	if strings.Contains(first, "first") {
		t.Errorf("the boundary is in %q", first)
	}
	if second := canonicalUpload(t, "second", `{ "b": "x", "a": 1.0 }`, "hello\r\n--firs\r\n"); second != first {
		t.Errorf("%q\nand\n%q differ", first, second)
	}
	for name, other := range map[string]string{
		"metadata": canonicalUpload(t, "first", `{"a":2,"b":"x"}`, "hello\r\n--firs\r\n"),
		"file":     canonicalUpload(t, "first", `{"a":1,"b":"x"}`, "hello\r\n--firs"),
	} {
		if other == first {
			t.Errorf("another %s makes no difference", name)
		}
	}
}

func TestCanonicalMultipartForms(t *testing.T) {
	const contentType = `multipart/form-data; boundary="b c"`
	for name, c := range map[string]struct{ body, want string }{
		"plain":             {"--b c\r\nA: 1\r\n\r\nx\r\n--b c--\r\n", "8:1:A,1:1,,1:x,"},
		"bare line feeds":   {"--b c\nA: 1\n\nx\n--b c--", "8:1:A,1:1,,1:x,"},
		"around the parts":  {"hi\r\n--b c \r\nA: 1\r\n\r\nx\r\n--b c-- \r\nbye", "8:1:A,1:1,,1:x,"},
		"empty content":     {"--b c\r\nA: 1\r\n\r\n\r\n--b c--", "8:1:A,1:1,,0:,"},
		"no content at all": {"--b c\r\nA: 1\r\n\r\n--b c--", "8:1:A,1:1,,0:,"},
		"no headers":        {"--b c\r\n\r\nx\r\n--b c--", "0:,1:x,"},
		"two parts":         {"--b c\r\n\r\nx\r\n--b c\r\n\r\ny\r\n--b c--", "0:,1:x,0:,1:y,"},
		"no parts":          {"--b c--", ""},
		"like a boundary":   {"--b c\r\n\r\n--b cd\r\n --b c--\r\n--b c--", "0:,16:--b cd\r\n --b c--,"},
		"sorted headers": {
			"--b c\r\nb: 1\r\na: 2\r\nContent-Disposition: form-data; filename=f; NAME=\"n\"\r\nb: 0\r\n\r\n\r\n--b c--",
			"80:1:A,1:2,1:B,1:1,1:B,1:0,19:Content-Disposition,29:form-data; filename=f; name=n,,0:,",
		},
		"JSON that is none": {"--b c\r\nContent-Type: text/json\r\n\r\n{ 1\r\n--b c--", "28:12:Content-Type,9:text/json,,3:{ 1,"},
	} {
		canonical, ok := media.CanonicalMultipart(contentType, []byte(c.body))
		if !ok || string(canonical) != c.want {
			t.Errorf("%s: %q, %v, want %q", name, canonical, ok, c.want)
		}
	}
	for name, body := range map[string]string{
		"nothing":             "",
		"another boundary":    "--c\r\n\r\nx\r\n--c--",
		"not closed":          "--b c\r\n\r\nx\r\n",
		"no blank line":       "--b c\r\nA: 1\r\n--b c--",
		"no header":           "--b c\r\nA\r\n\r\nx\r\n--b c--",
		"nothing in a part":   "--b c\r\n--b c--",
		"cut in the boundary": "--b c\r\n\r\nx\r\n--b c-",
	} {
		if canonical, ok := media.CanonicalMultipart(contentType, []byte(body)); ok {
			t.Errorf("%s: ok, %q", name, canonical)
		}
	}
	for _, contentType := range []string{"", "multipart/form-data", "text/plain; boundary=b", "multipart/mixed; boundary"} {
		if _, ok := media.CanonicalMultipart(contentType, []byte("--b\r\n\r\nx\r\n--b--")); ok {
			t.Errorf("%q: ok", contentType)
		}
	}
}

// What the standard library reads as a multipart body has a canonical form with the same contents.
func FuzzCanonicalMultipart(f *testing.F) {
	f.Add([]byte("--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b--\r\n"))
	f.Add([]byte("hi\n--b\nA: 1\n\nx\n--b\n\n--b--"))
	f.Add([]byte("--b\r\n\r\n--b--"))
	f.Add([]byte("--b\r\nA: 1\r\nA: 2\r\n\r\n\r\n\r\n--b \r\n\r\n--bc\r\n\r\n--b--"))
	f.Fuzz(func(t *testing.T, body []byte) {
		canonical, ok := media.CanonicalMultipart("multipart/mixed; boundary=b", body)
		rewritten := media.RewriteMultipart("multipart/mixed; boundary=b", body, func(_, value string) (string, bool) { return value, true })
		if bytes.Count(rewritten, []byte("\n")) != bytes.Count(body, []byte("\n")) {
			t.Errorf("%q is rewritten to %q", body, rewritten)
		}
		// The standard library takes the first line's break for that of every boundary; here the two may be mixed.
		mixed := bytes.Count(body, []byte("\n")) != bytes.Count(body, []byte("\r\n"))
		if !ok || len(canonical) == 0 || mixed {
			return
		}
		r := multipart.NewReader(bytes.NewReader(body), "b")
		for {
			part, err := r.NextRawPart()
			if err != nil {
				return
			}
			content, err := io.ReadAll(part)
			if err != nil {
				return
			}
			mediaType, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
			if !strings.HasSuffix(mediaType, "json") && !bytes.Contains(canonical, content) {
				t.Errorf("%q has the part %q, which %q has not", body, content, canonical)
			}
		}
	})
}

package media_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

func TestRewriteForm(t *testing.T) {
	for form, want := range map[string]string{
		"":                            "",
		"a=1&key=2&b=%7e+":            "a=1&key=<GONE>&b=%7e+",
		"k%65y=2%20&key=":             "k%65y=<GONE>&key=<GONE>",
		"key&key2=3":                  "key&key2=3",
		"key=a=b&secret%zz=%zz&":      "key=<GONE>&secret%zz=<GONE>&",
		"&&key=1;a=2&&client_secret=": "&&key=<GONE>&&client_secret=<GONE>",
	} {
		if got := string(rewriteForm([]byte(form), hide)); got != want {
			t.Errorf("RewriteForm(%q) = %q, want %q", form, got, want)
		}
	}
	escaped := rewriteForm([]byte("a+%7e=%C3%A9&b=1"), func(name, value string) (string, bool) {
		return name + value + "&=%+#\n{é}", name == "a ~"
	})
	if want := "a+%7e=a+~é%26%3D%25%2B%23%0A{é}&b=1"; string(escaped) != want {
		t.Errorf("got %q, want %q", escaped, want)
	}
	body := []byte("a=1")
	if same := rewriteForm(body, hide); &same[0] != &body[0] {
		t.Error("a form without replacements is copied")
	}
}

func rewriteForm(body []byte, rewrite rewrite) []byte {
	var edits []media.Edit
	media.EachField(body, func(name, value []byte, start int) {
		if replacement, replace := rewrite(string(media.Unescape(nil, name)), string(media.Unescape(nil, value))); replace {
			edits = append(edits, media.Edit{Start: start, End: start + len(value), Text: media.Escape(replacement)})
		}
	})
	return media.Apply(body, edits)
}

func TestParts(t *testing.T) {
	const contentType = "multipart/form-data; boundary=b"
	part := func(headers, content string) string {
		return "--b\r\n" + headers + "\r\n" + content + "\r\n"
	}
	text := "intro\r\n" + part("Content-Disposition: form-data; name=a\r\n", "one") +
		part("content-disposition:form-data;name=\"key\";filename=\"f\"\r\nContent-Type: image/png\r\n", "\x89\x00") +
		part("Content-Type: application/json\r\n", `{"a": 1}`)
	for _, end := range []string{"--b--\r\n", "--b--", ""} {
		body := []byte(text + end)
		var got []string
		parts, _ := media.Parts(contentType, body)
		for _, p := range parts {
			got = append(got, fmt.Sprintf("%s %v %s %q", p.Name, p.File, p.ContentType, strings.TrimSuffix(string(body[p.Start:p.End]), "\r\n")))
		}
		want := []string{`a false  "one"`, `key true image/png "\x89\x00"`, ` false application/json "{\"a\": 1}"`}
		if !slices.Equal(got, want) {
			t.Errorf("got %q\nwant %q", got, want)
		}
	}
	if parts, _ := media.Parts("multipart/form-data", []byte(text)); len(parts) > 0 {
		t.Errorf("parts without a boundary: %v", parts)
	}
}

// upload returns a multipart body as clients write it: a field, JSON metadata, a file.
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

func TestPartsOfAnUpload(t *testing.T) {
	for _, boundary := range []string{"first", "second"} {
		contentType, body := upload(t, boundary, `{"a":1}`, "hello\r\n--firs\r\n")
		parts, ok := media.Parts(contentType, body)
		var contents []string
		for n, part := range parts {
			contents = append(contents, string(body[part.Start:part.End]))
			parts[n].Start, parts[n].End = 0, 0
		}
		want := []media.Part{
			{Name: "token", Header: "Content-Disposition: form-data"},
			{Name: "metadata", Header: "Content-Disposition: form-data\nContent-Type: application/json", ContentType: "application/json"},
			{Name: "file", Header: "Content-Disposition: form-data; filename=a.txt\nContent-Type: text/plain", ContentType: "text/plain", File: true},
		}
		if !ok || !reflect.DeepEqual(parts, want) || !reflect.DeepEqual(contents, []string{"s3", `{"a":1}`, "hello\r\n--firs\r\n"}) {
			t.Errorf("got  %+v, %q, %t\nwant %+v", parts, contents, ok, want)
		}
	}
}

func TestPartsInOddForms(t *testing.T) {
	const contentType = `multipart/form-data; boundary="b c"`
	for name, c := range map[string]struct{ body, want string }{
		"plain":             {"--b c\r\nA: 1\r\n\r\nx\r\n--b c--\r\n", "A: 1|x;"},
		"bare line feeds":   {"--b c\nA: 1\n\nx\n--b c--", "A: 1|x;"},
		"around the parts":  {"hi\r\n--b c \r\nA: 1\r\n\r\nx\r\n--b c-- \r\nbye", "A: 1|x;"},
		"empty content":     {"--b c\r\nA: 1\r\n\r\n\r\n--b c--", "A: 1|;"},
		"no content at all": {"--b c\r\nA: 1\r\n\r\n--b c--", "A: 1|;"},
		"no headers":        {"--b c\r\n\r\nx\r\n--b c--", "|x;"},
		"two parts":         {"--b c\r\n\r\nx\r\n--b c\r\n\r\ny\r\n--b c--", "|x;|y;"},
		"no parts":          {"--b c--", ""},
		"like a boundary":   {"--b c\r\n\r\n--b cd\r\n --b c--\r\n--b c--", "|--b cd\r\n --b c--;"},
		"sorted headers": {
			"--b c\r\nb: 1\r\na: 2\r\nContent-Disposition: form-data; filename=f; NAME=\"n\"\r\nb: 0\r\n\r\n\r\n--b c--",
			"n:A: 2\nB: 1\nB: 0\nContent-Disposition: form-data; filename=f|;",
		},
		"invalid JSON": {"--b c\r\nContent-Type: text/json\r\n\r\n{ 1\r\n--b c--", "Content-Type: text/json|{ 1;"},
	} {
		parts, ok := media.Parts(contentType, []byte(c.body))
		if got := partsText(parts, c.body); !ok || got != c.want {
			t.Errorf("%s: %q, %v, want %q", name, got, ok, c.want)
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
		if parts, ok := media.Parts(contentType, []byte(body)); ok {
			t.Errorf("%s: ok, %+v", name, parts)
		}
	}
	for _, contentType := range []string{"", "multipart/form-data", "text/plain; boundary=b", "multipart/mixed; boundary"} {
		if _, ok := media.Parts(contentType, []byte("--b\r\n\r\nx\r\n--b--")); ok {
			t.Errorf("%q: ok", contentType)
		}
	}
}

func partsText(parts []media.Part, body string) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Name != "" {
			b.WriteString(p.Name + ":")
		}
		b.WriteString(p.Header + "|" + body[p.Start:p.End] + ";")
	}
	return b.String()
}

// Parts finds the parts that the standard library reads, with the same contents.
func FuzzParts(f *testing.F) {
	f.Add([]byte("--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b--\r\n"))
	f.Add([]byte("hi\n--b\nA: 1\n\nx\n--b\n\n--b--"))
	f.Add([]byte("--b\r\n\r\n--b--"))
	f.Add([]byte("--b\r\nA: 1\r\nA: 2\r\n\r\n\r\n\r\n--b \r\n\r\n--bc\r\n\r\n--b--"))
	f.Fuzz(func(t *testing.T, body []byte) {
		parts, ok := media.Parts("multipart/mixed; boundary=b", body)
		last := 0
		for _, part := range parts {
			if part.Start < last || part.End < part.Start || part.End > len(body) {
				t.Errorf("%q has a part from %d to %d", body, part.Start, part.End)
			}
			last = part.End
		}
		// The standard library expects one kind of line break; Parts accepts a mixture.
		mixed := bytes.Count(body, []byte("\n")) != bytes.Count(body, []byte("\r\n"))
		if !ok || len(parts) == 0 || mixed {
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
			// It ends a part early, and fails, at a line that only begins like a boundary.
			if !slices.ContainsFunc(parts, func(p media.Part) bool { return bytes.Contains(body[p.Start:p.End], content) }) {
				t.Errorf("%q has the part %q, which is not among %+v", body, content, parts)
			}
		}
	})
}

package cassette_test

import (
	"bytes"
	"io/fs"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// inParts are bodies of which one form cannot show all.
func inParts(t testing.TB) *cassette.Cassette {
	c := new(cassette.Cassette)
	for _, body := range []struct{ name, text string }{
		{"blanks-before-json", "\n         \n         \n" + `{"id":"gen-1","choices":[{"text":"Paris"}]}`},
		{"blanks-around-json", " \t\r\n" + `{"a":1}` + "\n\r\n"},
		{"byte-order-mark-before-json", "\ufeff" + `{"a":1}` + "\n"},
		{"one-line-with-trailing-blanks", "The first line.\nThe second, with \"quotes\".\nA hard break  \nand the rest of it.\nThe end.\n"},
		{"one-crlf-among-lf", "a: 1\nb: 2\nc: 3\r\nd: 4\ne: 5"},
		{"one-lf-among-crlf", "a: 1\r\nb: 2\r\nc: 3\nd: 4\r\n\r\ne: 5"},
		{"one-control-character", "plain\n\x1b[1mbold\x1b[0m\nplain again, {\"with\": \"quotes\"}\n"},
		{"plain-line-between-odd-ones", "odd \nplain\nodd \n"},
		{"line-with-quotes-between-odd-ones", "odd \n{\"plain\":1}\nodd \n"},
		{"one-line-not-utf-8", strings.Repeat("caf\u00e9\n", 10) + "caf\xe9\n" + strings.Repeat("caf\u00e9\n", 3)},
	} {
		c.Interactions = append(c.Interactions, get("http://tape.test/"+body.name, body.text))
	}
	c.Interactions = append(c.Interactions, upload(t),
		sent("multipart/form-data; boundary=b", "--b\r\n\r\n\r\n--b\r\n\r\nno headers\r\n--b--\r\n"),
		sent("multipart/form-data; boundary=b", "--b\r\nA: b\r\n\r\nno end"))
	return c
}

// upload is a request with a form as package mime/multipart writes it.
func upload(t testing.TB) *cassette.Interaction {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	fail := form.SetBoundary("f1d1d6c27f41")
	for _, part := range []struct{ head, content string }{
		{`form-data; name="model"`, "whisper-1"},
		{`form-data; name="options"`, `{"language":"en","words":["one","two"]}`},
		{`form-data; name="prompt"`, "plain\nodd \nplain\n"},
		{`form-data; name="file"; filename="a.wav"`, "RIFF\x24\x00\x00\x00WAVEfmt \x10\xff"},
		{`form-data; name="empty"`, ""},
	} {
		w, err := form.CreatePart(map[string][]string{"Content-Disposition": {part.head}})
		if err == nil {
			_, err = w.Write([]byte(part.content))
		}
		if err != nil {
			fail = err
		}
	}
	if err := form.Close(); err != nil || fail != nil {
		t.Fatal(err, fail)
	}
	return sent(form.FormDataContentType(), body.String())
}

// sent is an interaction with a body of its request.
func sent(contentType, body string) *cassette.Interaction {
	i := get("http://tape.test/", "")
	i.Request.Method, i.Request.Header, i.Request.Body = "POST", http.Header{"Content-Type": {contentType}}, cassette.NewBody([]byte(body))
	return i
}

func TestParts(t *testing.T) { checkRoundTrip(t, inParts(t)) }

// A large part is beside the cassette, and the rest in it; what is too large without
// such parts is beside it as a whole.
func TestLargeParts(t *testing.T) {
	content := strings.Repeat("l", 1000)
	part := "--b\r\nContent-Disposition: form-data; name=\"file\"\r\nContent-Type: application/json\r\n\r\n" + content + "\r\n"
	rest := strings.Repeat(strings.Replace(part, content, "small", 1), 10)
	form := sent("multipart/form-data; boundary=b", part+"--b--\r\n")
	whole := sent("multipart/form-data; boundary=b", part+rest+"--b--\r\n")
	c := &cassette.Cassette{BodyLimit: 500, Interactions: []*cassette.Interaction{form, whole}}
	path := filepath.Join(t.TempDir(), "a.yaml")
	checkSaved(t, c, path, beside(whole.Request.Body.String(), "txt"), beside(content, "json"), "a.yaml")
}

// What people may write in the place of what is written.
func TestEditedParts(t *testing.T) {
	for shown, want := range map[string]string{
		"parts: [{text: a}, {json: '[ 1 ]'}, {base64: /w==}]":                             "a[1]\xff",
		"parts: [{text: \"a\\n\", eol: crlf}]":                                            "a\r\n",
		"text: \"a\\nb\"\n    eol: crlf":                                                  "a\r\nb",
		"parts: [{text: a, head: \"A: b\\n\"}, {}]\n    boundary: b":                      "--b\r\nA: b\r\n\r\na\r\n--b\r\n\r\n\r\n--b--\r\n",
		"boundary: \"b c\"\n    parts:\n      -\n        parts: [{text: a}, {text: b}]\n": "--b c\r\n\r\nab\r\n--b c--\r\n",
	} {
		c := parse(t, []byte(head+whole+"  body:\n    "+shown+"\n"))
		if got := c.Interactions[0].Response.Body.String(); got != want {
			t.Errorf("%s\nis read as %q, not %q", shown, got, want)
		}
	}
}

// Canonical tapes that were written before eol stood above its text.
func TestEOLBelowItsText(t *testing.T) {
	file := head + whole + "  body:\n    text: |\n      a\n      b\n    eol: crlf\n"
	c := parse(t, []byte(file))
	if got := c.Interactions[0].Response.Body.String(); got != "a\r\nb\r\n" {
		t.Errorf("read is %q", got)
	}
	if kept := string(c.Encode()); kept != file {
		t.Errorf("unchanged is\n%s", kept)
	}
}

// An odd line costs that line, and not the text around it.
func TestOddLineInALongText(t *testing.T) {
	lines := strings.Repeat("{\"a line\": \"with quotes\"}\n", 100)
	data := string((&cassette.Cassette{Interactions: []*cassette.Interaction{get("http://tape.test/", lines+"odd \n"+lines)}}).Encode())
	if n := strings.Count(data, "\n        {\"a line\": \"with quotes\"}"); n != 200 {
		t.Errorf("%d lines are as they were:\n%s", n, data)
	}
	if n := strings.Count(data, "\n"); n > 215 {
		t.Errorf("the cassette has %d lines", n)
	}
}

// Any body is read as it was, by both readers, whatever parts it is shown in.
func FuzzParts(f *testing.F) {
	for _, i := range inParts(f).Interactions {
		f.Add(i.Request.Header.Get("Content-Type"), i.Request.Body.Bytes())
		f.Add("", i.Response.Body.Bytes())
	}
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		i := sent(oneLine(contentType), string(body))
		data := (&cassette.Cassette{Interactions: []*cassette.Interaction{i}}).Encode()
		for _, parse := range []func(string, []byte, fs.FS) (*cassette.Cassette, error){cassette.ParseWhole, cassette.ParseYAML} {
			read, err := parse("tape.yaml", data, nil)
			if err != nil {
				t.Fatalf("%v\nin\n%s", err, data)
			}
			if got := read.Interactions[0].Request.Body.String(); got != string(body) {
				t.Fatalf("read is %q, not %q, of\n%s", got, body, data)
			}
		}
	})
}

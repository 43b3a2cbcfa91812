package cassette_test

import (
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// edited has been under a person's hands: comments, odd quoting, another order,
// another layout of JSON, a folded text, flow style.
const edited = `# The tape of the shop.
---
spec: 'Cart / adds'   # for people
ginkgo-vcr: "1"
--- # the first
# The order of keys is free.
response: {status: '200', headers: {"Content-Type": [text/plain, 'a ''b''']}, body: {text: "a\
    b"}}
request:
    url: "http://tape.test/1"
    method: 'GET'

---
request:
  method: POST
  url: http://tape.test/2
  body:
    json: >-
      { "a" : [ 1,2 ],

      "b" : "c" }
response:
  status: 200
  body:
    text: >-
      folded
      line # no comment
took: 0.5s
---	# JSON
{"request": {"method": "GET", "url": "http://tape.test/3"},
 "response": {"status": 204, "headers": {"X-A": ["\u00e9", ""]}, "body": {"base64": "/w=="}}}
# The end.
`

func TestEditedIsRead(t *testing.T) {
	c := parse(t, []byte(edited))
	want := `suite "" spec "Cart / adds" partial false quotes false replacements []
"GET" "http://tape.test/1"
  map[]
  ""
200 "" "" uncompressed false end ""
  map["Content-Type":["text/plain" "a 'b'"]]
  "ab"
  map[]
error none
at 0001-01-01 00:00:00 +0000 UTC for 0s
"POST" "http://tape.test/2"
  map[]
  "{\"a\":[1,2],\"b\":\"c\"}"
200 "" "" uncompressed false end ""
  map[]
  "folded line # no comment"
  map[]
error none
at 0001-01-01 00:00:00 +0000 UTC for 500ms
"GET" "http://tape.test/3"
  map[]
  ""
204 "" "" uncompressed false end ""
  map["X-A":["é" ""]]
  "\xff"
  map[]
error none
at 0001-01-01 00:00:00 +0000 UTC for 0s
`
	if got := show(c); got != want {
		t.Errorf("read is\n%s\nnot\n%s", got, want)
	}
	checkRoundTrip(t, clones(c))
}

func TestUnchangedKeepsItsBytes(t *testing.T) {
	canonical := string((&cassette.Cassette{Spec: "a", Interactions: []*cassette.Interaction{get("http://tape.test/", "a\n\n")}}).Encode())
	for name, file := range map[string]string{
		"canonical":         canonical,
		"edited":            edited,
		"CR LF":             strings.ReplaceAll(edited, "\n", "\r\n"),
		"byte order mark":   "\ufeff" + edited,
		"both":              "\ufeff" + strings.ReplaceAll(canonical, "\n", "\r\n"),
		"mark, then header": "\ufeff---\n" + canonical,
		"blank lines":       "\n\n" + canonical + "\n\n",
		"JSON":              `{"ginkgo-vcr": 1}` + "\n---\n" + `{"request":{"method":"GET","url":"http://tape.test/"},"error":{"message":""}}` + "\n",
	} {
		if kept := string(parse(t, []byte(file)).Encode()); kept != file {
			t.Errorf("%s: became\n%q\nnot\n%q", name, kept, file)
		}
	}
}

func TestLineEndsMayBeCRLF(t *testing.T) {
	for _, c := range []*cassette.Cassette{chat(), bodies(), headers(), endings()} {
		data := strings.ReplaceAll(string(c.Encode()), "\n", "\r\n")
		if got, want := show(parse(t, []byte(data))), show(c); got != want {
			t.Errorf("read is\n%s\nnot\n%s", got, want)
		}
	}
}

func TestLineFeedAtTheEndIsAdded(t *testing.T) {
	for _, block := range []string{"|", "|-", "|+"} {
		file := "ginkgo-vcr: 1\n---\nrequest: {method: GET, url: \"a:\"}\nresponse:\n  status: 200\n  body:\n    text: " + block + "\n      a"
		whole, cut := parse(t, []byte(file+"\n")), parse(t, []byte(file))
		if show(cut) != show(whole) {
			t.Errorf("%s: read is\n%s\nnot\n%s", block, show(cut), show(whole))
		}
		if kept := string(cut.Encode()); kept != file+"\n" {
			t.Errorf("%s: became\n%s", block, kept)
		}
	}
}

func TestParseLeavesItsArgument(t *testing.T) {
	data := make([]byte, 0, 100)
	data = append(data, "ginkgo-vcr: 1"...)
	parse(t, data)
	if rest := data[len(data):cap(data)]; rest[0] != 0 {
		t.Errorf("the byte behind the data became %q", rest[0])
	}
}

func TestChangedHeaderKeepsTheRest(t *testing.T) {
	c := parse(t, []byte("\ufeff"+edited))
	c.Partial = true
	_, rest, _ := strings.Cut(edited, "--- # the first")
	want := "ginkgo-vcr: 1\nspec: Cart / adds\npartial: true\n--- # the first" + rest
	if got := string(c.Encode()); got != want {
		t.Errorf("became\n%s\nnot\n%s", got, want)
	}
	c.Partial = false
	if got := string(c.Encode()); got != "\ufeff"+edited {
		t.Errorf("changed and changed back is\n%s", got)
	}
}

func TestChangedInteractionKeepsTheRest(t *testing.T) {
	c := parse(t, []byte(edited))
	changed := c.Interactions[1].Clone()
	changed.Took = 0
	c.Interactions[1] = changed
	parts := strings.Split(edited, "---")
	parts[3] = `
request:
  method: POST
  url: http://tape.test/2
  body:
    json: |-
      {
        "a": [1, 2],
        "b": "c"
      }
response:
  status: 200
  body:
    text: |-
      folded line # no comment
`
	if got, want := string(c.Encode()), strings.Join(parts, "---"); got != want {
		t.Errorf("became\n%s\nnot\n%s", got, want)
	}
}

func TestAppendToEdited(t *testing.T) {
	for _, file := range []string{edited, strings.TrimSuffix(edited, "\n"), strings.ReplaceAll(edited, "\n", "\r\n")} {
		c := parse(t, []byte(file))
		before := string(c.Encode())
		c.Interactions = append(c.Interactions, get("http://tape.test/new", "a"))
		want := before + "---\nrequest:\n  method: GET\n  url: http://tape.test/new\nresponse:\n  status: 200\n  body:\n    text: |-\n      a\n"
		data := c.Encode()
		if string(data) != want {
			t.Errorf("became\n%s\nnot\n%s", data, want)
		}
		if got := show(parse(t, data)); got != show(c) {
			t.Errorf("read is\n%s\nnot\n%s", got, show(c))
		}
	}
}

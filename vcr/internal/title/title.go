// Package title names an interaction in one line, so that people know which one
// it is: where it is on the tape, its method and URL, and for a call to a model
// what the user said last.
package title

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/chat"
)

// How much a title shows, in characters, and how large a body may be that is read
// for one, in bytes.
const (
	maxURL  = 160
	maxText = 60
	maxGist = 64 << 10 // of one that is not for a model
)

// Of returns the title of an interaction with this request, such as
//
//	line 74, POST https://api.openai.com/v1/chat/completions "Can I return my umbrella…"
//	line 90, POST https://mcp.example.com/ tools/call search
//
// place comes first, as it is. The rest is that of [OfRequest].
func Of(place string, request cassette.Request, shown func(text string) string) string {
	return place + ", " + OfRequest(request, shown)
}

// OfRequest names a request by its method and URL, and by what tells it from others
// to that URL: what the user said last, in quotes; else what its body asks for, or the
// start and end of that, or its size. shown redacts what is taken from the request; it
// gets whole texts, because half a secret cannot be told from other text.
func OfRequest(request cassette.Request, shown func(text string) string) string {
	title := short(oneLine(shown(request.Method+" "+request.URL)), maxURL)
	body := request.Body.Bytes()
	if text := oneLine(shown(chat.Question(body))); text != "" {
		return title + ` "` + start(text, maxText) + `"`
	}
	if text := short(oneLine(shown(gist(body))), maxText); text != "" {
		return title + " " + text
	}
	return title
}

// gist returns what a body asks for that is not for a model: the method and the name
// of a JSON-RPC call, the text as it is, or how long it is.
func gist(body []byte) string {
	if len(body) > maxGist || !utf8.Valid(body) || bytes.HasPrefix(body, []byte("--")) { // as multipart begins
		return fmt.Sprintf("%d bytes", len(body))
	}
	var call struct {
		Version string `json:"jsonrpc"`
		Method  string
		Params  struct{ Name, URI string }
	}
	if err := json.Unmarshal(body, &call); err == nil && call.Version != "" {
		return strings.Join([]string{call.Method, call.Params.Name, call.Params.URI}, " ")
	}
	return string(body)
}

// oneLine returns text without line breaks and control characters.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// start returns the start of a long text, and "…" for the rest.
func start(text string, length int) string {
	runes := []rune(text)
	if len(runes) <= length {
		return text
	}
	return strings.TrimRight(string(runes[:length-1]), " ") + "…"
}

// short returns a long text without its middle: URLs often differ at the end.
func short(text string, length int) string {
	runes := []rune(text)
	if len(runes) <= length {
		return text
	}
	end := length / 3
	return string(runes[:length-end-1]) + "…" + string(runes[len(runes)-end:])
}

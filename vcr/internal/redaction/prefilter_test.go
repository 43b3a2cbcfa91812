package redaction

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// knowing returns a walk that knows some values.
func knowing(values ...string) *walk {
	r, _ := New(Rules{Environment: func(string) bool { return false }}) // no rule, no error
	for _, value := range values {
		r.known.learn("known", value, givenPolicy)
	}
	return r.newWalk()
}

// overlooked returns what the prefilter overlooks: a secret in a text that it
// dismisses, or in a string of that text once it is decoded.
func overlooked(w *walk, text []byte) (what string) {
	if w.mayHoldSecret(text) {
		return ""
	}
	if w.layer == byName && w.writtenEdits(text, said, 0) != nil {
		return "parameter"
	}
	if w.layer == byValue && w.valueEdits(text) != nil {
		return "value"
	}
	media.EachString(text, func(name, content []byte, _ int) {
		decoded := media.Unquote(nil, content)
		switch {
		case w.layer == byName && w.r.names.verdict(inBody, media.Unquote(nil, name)) != kept:
			what = "field " + string(name)
		case w.mayHoldSecret(decoded):
			what = "string that stands for " + string(decoded)
		}
	})
	return what
}

// quotedAnyhow returns a text as a JSON string, in one of the many ways to write it.
func quotedAnyhow(r *rand.Rand, text string) string {
	var b strings.Builder
	seldom := 1 + r.IntN(200) // characters have a number
	for _, c := range text {
		quoted, _ := json.Marshal(string(c)) // a string always has a JSON form
		switch {
		case c == '/' && r.IntN(2) == 0:
			b.WriteString(`\/`)
		case c < 0x10000 && r.IntN(seldom) == 0 || c > '~' && r.IntN(2) == 0:
			fmt.Fprintf(&b, `\u%04x`, c)
		case r.IntN(2) == 0 && strings.ContainsRune("<>&", c):
			b.WriteRune(c)
		default:
			b.Write(quoted[1 : len(quoted)-1])
		}
	}
	return `"` + b.String() + `"`
}

func TestPrefilterOverlooksNothing(t *testing.T) {
	pieces := []string{
		`{"Access_Token":"a"}`, `"password": "b"`, "https://h/?key=c", "/d?token=e&x=1", "sk-abcdefgh12345678ijklmnop", "postgres://u:pa55word@h",
		"plainSecret1", `odd"Secret1`, "grüßeSecret1", "less<Secret1", `back\Secret1`, "access_token", `"`, `\`, `\u00`, `\u`, "61", "?", "=", "a", " ", "\n", "\x00", "{", ":", "😀", "/",
	}
	r := rand.New(rand.NewPCG(1, 9))
	walks := []*walk{knowing(), knowing("plainSecret1"), knowing(`odd"Secret1`), knowing("less<Secret1"), knowing(`back\Secret1`), knowing("grüßeSecret1")}
	for range 30_000 {
		text := ""
		for range 1 + r.IntN(3) {
			text += pieces[r.IntN(len(pieces))]
		}
		for range r.IntN(4) {
			text = quotedAnyhow(r, text)
			if r.IntN(2) == 0 {
				text = `{"text":` + text + `}`
			}
		}
		for _, w := range walks {
			for _, layer := range []layer{byName, byValue} {
				w.layer = layer
				if what := overlooked(w, []byte(text)); what != "" {
					t.Fatalf("%q holds a %s", text, what)
				}
			}
		}
	}
}

func TestPrefilterDismissesCommonTexts(t *testing.T) {
	for _, text := range []string{
		`{"id":"chatcmpl-91f0c2a8bd1e3c7a","object":"chat.completion","created":1795348800,"model":"gpt-4o-mini-2024-07-18"}`,
		`{"finish_reason":"stop","usage":{"prompt_tokens":140,"completion_tokens":520},"system_fingerprint":"fp_62a23a81ef"}`,
		"Ask who has the task; the risk is that they said no. See https://example.com/a?b=c.",
		"[-0.012345678,0.29945,1.29e-05]", "Sun, 22 Nov 2026 12:00:00 GMT", "91f0c2a8bd1e3c7a-FRA",
	} {
		if mayHoldFormat([]byte(text)) {
			t.Errorf("%q passed", text)
		}
	}
}

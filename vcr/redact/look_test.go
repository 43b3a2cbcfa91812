package redact

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// knowing returns a pass that knows values, with characters that have escapes or
// without.
func knowing(values ...string) *pass {
	r, _ := New(Rules{Environment: func(string) bool { return false }}) // no rule, no error
	for _, value := range values {
		r.known.learn("known", value, asGiven)
	}
	return r.pass()
}

// overlooked returns what a text holds that mayHold says no to: in itself, or in
// one of its strings once that is decoded, where mayHold says yes.
func overlooked(p *pass, text []byte) (what string) {
	if p.mayHold(text) {
		return ""
	}
	if p.names && p.links(text, 0) != nil {
		return "parameter"
	}
	if !p.names && p.found(text) != nil {
		return "value"
	}
	media.EachString(text, func(name, content []byte, _ int) {
		decoded := media.Unquote(nil, content)
		switch {
		case p.names && secretFields.has(media.Unquote(nil, name)):
			what = "field " + string(name)
		case p.mayHold(decoded):
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

func TestALookOverlooksNothing(t *testing.T) {
	pieces := []string{
		`{"Access_Token":"a"}`, `"password": "b"`, "https://h/?key=c", "/d?token=e&x=1", "sk-abcdefgh12345678ijklmnop", "postgres://u:pa55word@h",
		"plainSecret1", `odd"Secret1`, "grüßeSecret1", "less<Secret1", `back\Secret1`, "access_token", `"`, `\`, `\u00`, `\u`, "61", "?", "=", "a", " ", "\n", "\x00", "{", ":", "😀", "/",
	}
	r := rand.New(rand.NewPCG(1, 9))
	passes := []*pass{knowing(), knowing("plainSecret1"), knowing(`odd"Secret1`), knowing("less<Secret1"), knowing(`back\Secret1`), knowing("grüßeSecret1")}
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
		for _, p := range passes {
			for _, p.names = range []bool{true, false} {
				if what := overlooked(p, []byte(text)); what != "" {
					t.Fatalf("%q holds a %s", text, what)
				}
			}
		}
	}
}

package redact

import (
	"encoding/json"
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

func TestALookOverlooksNothing(t *testing.T) {
	pieces := strings.Split(`access_token|Api_Key|sk-|sk-abcdefgh12345678ijklmnop|://|postgres:|u:pa55word@h|plainSecret1|odd"Secret&1|grüßeSecret1|?|=|&|key|`+
		`"|"|"|:|:|,|{|}|\|\\|\"|\/|\n|\t|\u0061|\u00|61|\u002f|\u005C|\u003c|\u0026|\u003d|\u003F|\u00e4|\u00fc|\ud83d|\u212a|\q|`+"\n|\x00| |a|token", "|")
	r := rand.New(rand.NewPCG(1, 9))
	passes := []*pass{knowing(), knowing("plainSecret1"), knowing("plainSecret1", `odd"Secret&1`, "grüßeSecret1")}
	for range 50_000 {
		var b strings.Builder
		for range 1 + r.IntN(9) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		text := b.String()
		for range r.IntN(4) {
			quoted, _ := json.Marshal(map[string]string{"text": text}) // strings always have a JSON form
			text = string(quoted)
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

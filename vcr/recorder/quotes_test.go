package recorder_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// echoing repeats what it is sent, in a header, a body and the URL of another page.
func echoing() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		w.Header().Set("Content-Type", ofJSON)
		w.Header().Set("X-Said", req.Header.Get("X-Say"))
		w.Header().Set("Location", "/?"+req.URL.RawQuery)
		_, _ = fmt.Fprintf(w, `{"echo":%s}`, body)
	})
}

func (d *rig) echo(s *recorder.Session, said, query string) string {
	d.t.Helper()
	req := d.request("/?" + query)
	req.Method = http.MethodPost
	sendingJSON(fmt.Sprintf(`{"messages":[{"content":%q}]}`, said))(req)
	req.Header.Set("X-Say", said)
	resp, err := s.RoundTrip(req)
	if errors.Is(err, recorder.ErrMiss) {
		return "miss"
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return resp.Header.Get("X-Said") + " " + resp.Header.Get("Location") + " " + resp.Header.Get("Content-Length") + " " + d.body(resp)
}

// A person may type what looks like a placeholder. It is on the tape with a second
// colon, comes back to the byte, and matches itself alone.
func TestQuotedPlaceholders(t *testing.T) {
	for _, c := range []struct{ name, said, query, onTape, other string }{
		{"a placeholder", "what is [redacted:authorization]?", "", "what is [redacted::authorization]?", "what is [redacted:cookie]?"},
		{"with a number", "[redacted:x-api-key:2]", "", "[redacted::x-api-key:2]", "[redacted:x-api-key:3]"},
		{"a quote", "[redacted::token] and [redacted:token]", "", "[redacted:::token] and [redacted::token]", "[redacted:token] and [redacted:token]"},
		{"in a query", "no", "q=%5Bredacted%3Atoken%5D", "q=%5Bredacted%3A%3Atoken%5D", "what"},
		{"with lower case", "no", "q=%5bredacted%3atoken%5d", "q=%5bredacted%3a%3atoken%5d", "what"},
		{"beside a secret", "[redacted:token]", "api_key=" + tenantKey("ada"), "[redacted::token]", "[redacted:tokens]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, echoing())
			s := d.open(recorder.Config{})
			recorded := d.echo(s, c.said, c.query)
			d.end(s, true)
			tape := d.read(d.file())
			equal(t, "on the tape", strings.Contains(tape, c.onTape), true)
			equal(t, "marked", strings.HasPrefix(tape, "ginkgo-vcr: 1\nquotes: true\n"), true)

			s = d.open(recorder.Config{Mode: recorder.None, RestoreOnReplay: func(string) string { return tenantKey("ada") }})
			equal(t, "another text", d.echo(s, c.other, c.query), "miss")
			equal(t, "replayed", d.echo(s, c.said, c.query), recorded)
		})
	}
}

// What redaction does not write is text for the matcher as well: it matches itself alone,
// also beside a placeholder.
func TestWhatIsNoPlaceholderIsText(t *testing.T) {
	for _, said := range []string{
		"[redacted:]", "[redacted: ]", "[redacted:a b]", "[redacted:é]", "[redacted:a", "[redacted:a:b]", "[redacted:a:2:3]",
		"[redacted:[redacted:a]]", "[redacted::]", "[redacted]",
	} {
		for _, query := range []string{"", "api_key=" + tenantKey("ada")} {
			t.Run(said+query, func(t *testing.T) {
				d := newRig(t, echoing())
				s := d.open(recorder.Config{})
				recorded := d.echo(s, "say "+said+" now", query)
				d.end(s, true)
				s = d.open(recorder.Config{Mode: recorder.None})
				equal(t, "another text", d.echo(s, "say anything else now", query), "miss")
				equal(t, "another text without a bracket", d.echo(s, "say [redacted:anything else now", query), "miss")
				if query == "" { // else the answer has a placeholder
					equal(t, "replayed", d.echo(s, "say "+said+" now", query), recorded)
				} else {
					equal(t, "matched", d.echo(s, "say "+said+" now", query) != "miss", true)
				}
			})
		}
	}
}

// Escaped as in JSON, a placeholder is one all the same, and a quote of one too.
func TestAQuoteThatIsEscaped(t *testing.T) {
	const prompt = `{"api_key":"%s","messages":[{"content":"say \u005bredacted:token] now"}]}`
	d := newRig(t, echoing())
	s := d.open(recorder.Config{})
	if err := d.sendEdited(s, sendingJSON(fmt.Sprintf(prompt, tenantKey("ada")))); err != nil {
		t.Fatal(err)
	}
	d.end(s, true)
	equal(t, "on the tape", strings.Contains(d.read(d.file()), `\u005bredacted::token] now`), true)
	s = d.open(recorder.Config{Mode: recorder.None})
	other := strings.Replace(fmt.Sprintf(prompt, tenantKey("ada")), `\u005bredacted:token]`, "anything", 1)
	equal(t, "another text", errors.Is(d.sendEdited(s, sendingJSON(other)), recorder.ErrMiss), true)
	if err := d.sendEdited(s, sendingJSON(fmt.Sprintf(prompt, "test-key"))); err != nil {
		t.Error(err)
	}
}

func TestTapesWithoutQuotesAreAsBefore(t *testing.T) {
	d := newRig(t, echoing())
	s := d.open(recorder.Config{})
	recorded := d.echo(s, "[redacted] or redacted: nothing", "q=redacted")
	d.end(s, true)
	equal(t, "marked", strings.Contains(d.read(d.file()), "quotes:"), false)
	equal(t, "replayed", d.echo(d.open(recorder.Config{Mode: recorder.None}), "[redacted] or redacted: nothing", "q=redacted"), recorded)

	// A tape from before there were quotes means what it says.
	d.write(d.file(), "ginkgo-vcr: 1\n---\nrequest: {method: GET, url: "+d.URL+"/}\nresponse: {status: 200, body: {text: 'a [redacted::b] c'}}\n")
	equal(t, "old", d.get(d.open(recorder.Config{}), "/"), "a [redacted::b] c")
}

// The answer of a model may quote a placeholder, too. Code that sends it back, with the
// token that it got, is recorded; the token is refused.
func TestAQuoteInAnAnswerIsNotGiven(t *testing.T) {
	d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", ofJSON)
		_, _ = io.WriteString(w, `{"access_token":"`+tenantKey("ada")+`","content":"I see [redacted:authorization] there"}`)
	}))
	s := d.open(recorder.Config{})
	d.get(s, "/login")
	d.end(s, true)

	s = d.open(recorder.Config{Mode: recorder.NewEpisodes})
	equal(t, "answer", d.get(s, "/login"), `{"access_token":"[redacted:access_token]","content":"I see [redacted:authorization] there"}`)
	if err := d.sendEdited(s, sendingJSON(`{"prompt":"why [redacted:authorization]?"}`)); err != nil {
		t.Errorf("a quote is refused: %v", err)
	}
	err := d.sendEdited(s, sendingJSON(`{"prompt":"why [redacted:access_token]?"}`))
	equal(t, "a placeholder is refused", errors.Is(err, recorder.ErrRefused), true)
	d.end(s, true)

	s = d.open(recorder.Config{Mode: recorder.All})
	d.get(s, "/login")
	if err := d.sendEdited(s, sendingJSON(`{"prompt":"`+tenantKey("ada")+` or [redacted:authorization]?"}`)); err != nil {
		t.Fatal(err)
	}
	d.end(s, true)
	s = d.open(recorder.Config{Mode: recorder.None})
	d.get(s, "/login")
	if err := d.sendEdited(s, sendingJSON(`{ "prompt":"[redacted:access_token] or [redacted:authorization]?" }`)); err != nil {
		t.Errorf("a placeholder beside a quote: %v", err)
	}
}

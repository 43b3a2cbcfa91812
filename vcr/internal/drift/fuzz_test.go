package drift_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
)

var contentTypes = []string{"application/json", "text/event-stream", "application/x-ndjson", "application/vnd.amazon.eventstream", "", "text/plain", "image/png"}

// FuzzCompare compares any two bodies, and an equal one with itself.
func FuzzCompare(f *testing.F) {
	f.Add([]byte(answer), []byte(other), []byte(`{"q":1}`), byte(0))
	f.Add([]byte(stream), []byte(answer), []byte(`{"jsonrpc":"2.0","method":"tools/call","params":{"name":"x"}}`), byte(1))
	f.Add([]byte(`{"a":[{"type":"x","b":null},{"type":"y"}]}`+"\n"), []byte(`{"a":{"x":1}}`), []byte(`{"operationName":"q"}`), byte(2))
	f.Add([]byte(`{"name":"f","arguments":"{\"a\":"}`), []byte(`{"name":"f","arguments":{"`+"\u2028|<b>`"+`":1}}`), []byte("q=1"), byte(0x80))
	f.Add([]byte(strings.Repeat(`{"a":[`, 500)), []byte(strings.Repeat(`[`, 90)+strings.Repeat(`]`, 90)), []byte(nil), byte(0x44))
	f.Fuzz(func(t *testing.T, before, now, request []byte, how byte) {
		if len(before)+len(now)+len(request) > 1<<16 {
			return
		}
		contentType := contentTypes[int(how&7)%len(contentTypes)]
		old := answered(chat, contentType, string(before))
		new := answered(chat, contentType, string(now), asks(string(request)))
		if how&0x40 != 0 {
			cutShort(new)
		}
		if how&0x80 != 0 {
			new.Response.Header.Set("Content-Encoding", "gzip")
		}
		rules := drift.Rules{Exact: []string{"$..id"}, Enums: []string{"$.a[*].b"}, Variants: []string{"$..kind"}, Ignore: []string{"$.a['x']"}}
		if same := compare(t, rules, tape{old}, tape{old}); same.Worst() != drift.Noise {
			t.Errorf("an answer differs from itself:\n%s", same.Text())
		}
		report := compare(t, rules, tape{old, old}, tape{new, old})
		for _, text := range []string{report.Text(), report.Markdown()} {
			if limit := 20_000 + 100*(len(before)+len(now)+len(request)); len(text) > limit {
				t.Errorf("a report of %d bytes about %d", len(text), len(before)+len(now)+len(request))
			}
			if utf8.ValidString(string(before)+string(now)+string(request)) && !utf8.ValidString(text) {
				t.Errorf("not UTF-8: %q", text)
			}
			if strings.ContainsAny(text, "\r\x1b\u2028") {
				t.Errorf("control characters: %q", text)
			}
		}
		if _, err := json.Marshal(report); err != nil {
			t.Error(err)
		}
		for _, d := range report.Differences {
			if d.Path == "" {
				continue
			}
			if err := (drift.Rules{Ignore: []string{d.Path}}).Check(); err != nil {
				t.Errorf("a path of a report is no rule: %v", err)
			}
		}
	})
}

// TestBounds learns answers that try to fill the memory.
func TestBounds(t *testing.T) {
	t.Parallel()
	suite, err := drift.NewSuite(drift.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 25 {
		var b strings.Builder
		b.WriteString(`{"x":0`)
		for m := range 300 {
			fmt.Fprintf(&b, `,"%s":{`, word(n*300+m))
			for k := range 30 {
				fmt.Fprintf(&b, `"%s":1,`, word(k*31+m))
			}
			b.WriteString(`"z":0}`)
		}
		b.WriteString("}")
		if err := suite.Learn(answered(chat, "application/json", b.String())); err != nil {
			t.Fatal(err)
		}
	}
	known, err := json.Marshal(suite)
	if err != nil {
		t.Fatal(err)
	}
	if len(known) > 25<<20 {
		t.Errorf("the suite knows %d bytes", len(known))
	}
	// What does not fit is not new: nobody knows.
	var run drift.Run
	run.Add(suite.Compare(drift.Place{}, drift.Pair{Old: answered(chat, "application/json", `{"x":0}`), New: answered(chat, "application/json", `{"x":0,"unheard":1}`), Same: true}))
	if report := run.Report(); report.Worst() != drift.Noise {
		t.Errorf("got\n%s", report.Text())
	}
}

// word returns a name of letters alone.
func word(n int) string {
	text := "n"
	for ; n > 0; n /= 26 {
		text += string(rune('a' + n%26))
	}
	return text
}

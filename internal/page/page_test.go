package page_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/internal/page"
)

const hostile = "</script><script>alert(1)</script><!-- <script> {{.}} \u2028 ' \" & </title></style></dialog>"

// Whatever a text holds, it is text: the page has the elements that it would have without.
func TestHostileTexts(t *testing.T) {
	tame, wild := written(t, report("text")), written(t, report(hostile))
	elements := regexp.MustCompile(`<[a-z/!][^>]*`)
	names := func(text string) string {
		var all []string
		for _, element := range elements.FindAllString(text, -1) {
			name, _, _ := strings.Cut(element, " ")
			all = append(all, name)
		}
		return strings.Join(all, " ")
	}
	if names(tame) != names(wild) {
		t.Errorf("the elements are\n%s\nwant\n%s", names(wild), names(tame))
	}
	for _, block := range regexp.MustCompile(`(?s)<script type="application/json" id="[a-z0-9-]+">(.*?)</script>`).FindAllStringSubmatch(wild, -1) {
		if !json.Valid([]byte(block[1])) || strings.ContainsAny(block[1], "<>&\u2028") {
			t.Errorf("not JSON, or not safe: %q", block[1])
		}
	}
}

// report has a text in every place.
func report(text string) page.Report {
	return page.Report{
		Title: text, Facts: []string{text}, Headline: text, Lines: []string{text}, Totals: []page.Total{{Name: text, Value: text, More: text}},
		Sections: []page.Section{{Kind: text, Heading: text, Tone: "bad", Findings: []page.Finding{{File: text, Text: text, Spec: text, Place: text, Tape: 1}}, Left: 1, Commands: []string{text}, LeftCommands: 1}},
		Models:   []page.Model{{Name: text, Saved: text, Worth: text, Spent: text, Cost: text}},
		Specs:    []page.Spec{{Name: text, Suite: text, Cassette: text, Place: text, Mode: text, Oldest: text, Findings: []string{text}, Models: []string{text}, Tape: 1}},
		Tapes:    []string{text, "withheld"}, Withheld: map[string]string{"withheld": text},
		Show: func(path string, room int) (any, int) { return map[string]string{"show": text}, 0 },
	}
}

func written(t *testing.T, r page.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := page.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The page stays below 10 MB, however much there is to show and whatever tapes take.
func TestRoom(t *testing.T) {
	const most = 10_000_000
	for name, r := range map[string]page.Report{
		"tapes":        {Tapes: make([]string, 3000), Show: func(_ string, room int) (any, int) { return strings.Repeat("x", room), 1 }},
		"greedy tapes": {Tapes: make([]string, 300), Show: func(_ string, room int) (any, int) { return strings.Repeat("<", room), 1 }},
		"specs":        {Specs: make([]page.Spec, 100_000)},
		"both":         {Specs: make([]page.Spec, 100_000), Tapes: make([]string, 100_000), Show: func(_ string, room int) (any, int) { return strings.Repeat("x", 50), 0 }},
	} {
		size := len(written(t, r))
		t.Logf("%s: %d bytes", name, size)
		if size >= most {
			t.Errorf("%s: the page has %d bytes", name, size)
		}
	}
}

// A page without tapes, or without anything, is a page.
func TestEmpty(t *testing.T) {
	text := written(t, page.Report{Title: "Cassettes", Tapes: []string{"a.yaml"}})
	for _, want := range []string{"<h1>Cassettes</h1>", "Nothing was recorded or replayed.", "Nothing needs care.", `id="specs">[]</script>`} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(text, "http:") || strings.Contains(text, "https:") {
		t.Error("the page names another place")
	}
}

func TestUnwritable(t *testing.T) {
	full := errors.New("disk full")
	for n := range 3 {
		if err := page.Write(&limited{n, full}, report("text")); err != full {
			t.Errorf("got %v, want %v", err, full)
		}
	}
}

// A limited writer fails after some writes.
type limited struct {
	left int
	err  error
}

func (w *limited) Write(p []byte) (int, error) {
	if w.left == 0 {
		return 0, w.err
	}
	w.left--
	return len(p), nil
}

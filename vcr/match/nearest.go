package match

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A Difference is one part in which a request is not like a recording.
type Difference struct {
	Part     string // method, scheme, host, path, query or body
	Recorded string // what is on the tape, cut around the first difference
	Request  string // what was asked for, cut in the same place
}

// weights tell how much a part says about two requests being meant for each
// other: a call of another path is further away than one with another body.
var weights = map[string]int{"method": 8, "path": 8, "host": 4, "query": 2, "scheme": 1, "body": 1}

// Nearest returns the index of the recording that is most like the request, and
// the parts in which they differ; -1 without recordings. The first of equals
// wins. The requests must be redacted: their text is shown.
func Nearest(request cassette.Request, recordings []cassette.Request) (index int, differences []Difference) {
	index, least := -1, 0
	for n, recording := range recordings {
		found := Differences(request, recording)
		distance := 0
		for _, d := range found {
			distance += weights[d.Part]
		}
		if index < 0 || distance < least {
			index, least, differences = n, distance, found
		}
	}
	return index, differences
}

// Differences lists the parts in which a request differs from a recording;
// none when they match.
func Differences(request, recorded cassette.Request) []Difference {
	var found []Difference
	compare := func(part, recorded, request string) {
		if recorded != request {
			recorded, request = aroundDifference(recorded, request)
			found = append(found, Difference{part, recorded, request})
		}
	}
	compare("method", recorded.Method, request.Method)
	a, errA := url.Parse(CanonicalURL(recorded.URL))
	b, errB := url.Parse(CanonicalURL(request.URL))
	if errA != nil || errB != nil {
		compare("path", recorded.URL, request.URL)
	} else {
		compare("scheme", a.Scheme, b.Scheme)
		compare("host", a.Host, b.Host)
		compare("path", a.EscapedPath(), b.EscapedPath())
		compare("query", a.RawQuery, b.RawQuery)
	}
	compare("body", string(canonicalBody(recorded)), string(canonicalBody(request)))
	return found
}

// shown is how many bytes of a text are shown before and behind a difference.
const shown = 40

func aroundDifference(a, b string) (string, string) {
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	return cut(a, same), cut(b, same)
}

func cut(text string, at int) string {
	from, to := max(at-shown, 0), min(at+shown, len(text))
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	part := strings.ToValidUTF8(text[from:to], "\uFFFD")
	if from > 0 {
		part = "…" + part
	}
	if to < len(text) {
		part += "…"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, part)
}

package recorder

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// Echoes tell what requests took from the answers before them. A client gives back the id
// of a thread, the text of the assistant, or the arguments of a call: such a request is
// another one each time, and still the same.
type echoes struct {
	comparisons []drift.Comparison
	old, new    []string // what each answer said; "" until it is needed
	work        int      // bytes that may still be searched
}

const (
	mostEchoed   = 1 << 30 // bytes that are searched for the echoes of a spec
	shortestEcho = 3       // bytes: less is said by chance
)

func newEchoes(comparisons []drift.Comparison) *echoes {
	return &echoes{comparisons: comparisons, old: make([]string, len(comparisons)), new: make([]string, len(comparisons)), work: mostEchoed}
}

// echoed returns the answers whose words a request has in the place of those on the tape.
// Ok is false if the request differs in more than that.
func (e *echoes) echoed(n int) (answers []int, ok bool) {
	c := e.comparisons[n]
	if c.Old == nil || c.New == nil || c.Old.Request.Method != c.New.Request.Method {
		return nil, false
	}
	before, now := valuesOf(c.Old.Request), valuesOf(c.New.Request)
	if len(before) != len(now) {
		return nil, false
	}
	for place, value := range now {
		old, both := before[place]
		switch {
		case !both:
			return nil, false
		case old == value:
			continue
		}
		from := e.saidBy(n, old, value)
		if from == nil {
			old, value = withoutCommon(old, value)
			from = e.saidBy(n, old, value)
		}
		if from == nil {
			return nil, false
		}
		answers = append(answers, from...)
	}
	return answers, len(answers) > 0 // else a header differs, or the form of a value
}

// saidBy returns the earlier answers that say a value now, nil if none does, or if none on
// the tape said the old one.
func (e *echoes) saidBy(n int, old, value string) (answers []int) {
	if len(old) < shortestEcho || len(value) < shortestEcho {
		return nil
	}
	wasSaid, isSaid := false, false
	for m := range n {
		c := e.comparisons[m]
		if c.Old == nil || c.New == nil {
			continue
		}
		if e.old[m] == "" {
			e.old[m], e.new[m] = wordsOf(c.Old), wordsOf(c.New)
		}
		if e.work -= len(e.old[m]) + len(e.new[m]); e.work < 0 {
			return nil
		}
		said, says := strings.Contains(e.old[m], old), strings.Contains(e.new[m], value)
		wasSaid = wasSaid || said
		if said || says {
			answers = append(answers, m)
			isSaid = isSaid || says
		}
	}
	if !wasSaid || !isSaid {
		return nil
	}
	return answers
}

// withoutCommon returns what differs of two texts, by words.
func withoutCommon(a, b string) (string, string) {
	isEnd := func(c byte) bool { return c == ' ' || c == '\n' || c == '"' || c == ':' || c == '/' }
	start := 0
	for n := 0; n < min(len(a), len(b)) && a[n] == b[n]; n++ {
		if isEnd(a[n]) {
			start = n + 1
		}
	}
	a, b = a[start:], b[start:]
	end := 0
	for n := 1; n <= min(len(a), len(b)) && a[len(a)-n] == b[len(b)-n]; n++ {
		if isEnd(a[len(a)-n]) {
			end = n
		}
	}
	return a[:len(a)-end], b[:len(b)-end]
}

// valuesOf returns the single values of a request, by their places.
func valuesOf(r cassette.Request) map[string]string {
	values := map[string]string{}
	if u, err := url.Parse(r.URL); err == nil {
		values["host"] = u.Hostname() // a server of the suite has another port in each run
		for n, segment := range strings.Split(u.Path, "/") {
			values[fmt.Sprint("path ", n)] = segment
		}
		addForm(values, "query ", u.Query())
	}
	body := r.Body.Bytes()
	kind := media.KindOf(r.Header.Get("Content-Type"))
	if form, err := url.ParseQuery(string(body)); err == nil && kind == media.Form {
		addForm(values, "form ", form)
		return values
	}
	if value, err := media.ParseJSON(body); err == nil {
		addJSON(values, "body", value, 0)
		return values
	}
	values["body"] = string(body)
	return values
}

func addForm(values map[string]string, place string, form url.Values) {
	for name, list := range form {
		for n, value := range list {
			values[fmt.Sprint(place, name, " ", n)] = value
		}
	}
}

// deepest bounds how far JSON is followed.
const deepest = 100

// addJSON also opens JSON that is a string, such as the arguments of a call, which clients
// write anew.
func addJSON(values map[string]string, place string, value any, depth int) {
	switch v := value.(type) {
	case map[string]any:
		if depth < deepest {
			for name, member := range v {
				addJSON(values, place+"."+name, member, depth+1)
			}
			return
		}
	case []any:
		if depth < deepest {
			for n, element := range v {
				addJSON(values, fmt.Sprint(place, " ", n), element, depth+1)
			}
			return
		}
	case string:
		if strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[") {
			if inner, err := media.ParseJSON([]byte(v)); err == nil && depth < deepest {
				addJSON(values, place+" text", inner, depth+1)
				return
			}
		}
		values[place] = v
		return
	case json.Number:
		values[place] = v.String()
		return
	}
	values[place] = fmt.Sprint(value)
}

// wordsOf returns all that an answer says: headers, the body, the strings in it as they are
// and as JSON spells them, and the strings that the events of a stream say bit by bit.
func wordsOf(i *cassette.Interaction) string {
	var words strings.Builder
	words.WriteByte('\n')
	for _, values := range i.Response.Header {
		words.WriteString(strings.Join(values, "\n"))
		words.WriteByte('\n')
	}
	body := i.Response.Body.Bytes()
	if plain, ok := media.Decompress(i.Response.Header.Get("Content-Encoding"), body); ok {
		body = plain
	}
	words.Write(body)
	kind := media.KindOf(i.Response.Header.Get("Content-Type"))
	if kind == media.Frames {
		if _, text, ok := media.FindCoding(i.Response.Header.Get("Content-Type"), "", body); ok {
			body, kind = text, media.SSE
			words.Write(body)
		}
	}
	parts := map[string]*strings.Builder{}
	for _, line := range strings.Split(string(body), "\n") {
		if kind != media.SSE && kind != media.NDJSON {
			break
		}
		if value, err := media.ParseJSON([]byte(strings.TrimPrefix(line, "data:"))); err == nil {
			eachString("", value, 0, func(place, text string) {
				if parts[place] == nil {
					parts[place] = new(strings.Builder)
				}
				parts[place].WriteString(text)
			})
		}
	}
	if value, err := media.ParseJSON(body); err == nil {
		eachString("", value, 0, func(_, text string) { words.WriteString("\n" + text) })
	}
	for _, part := range parts {
		words.WriteString("\n" + part.String())
	}
	return words.String()
}

// eachString visits the strings in a value. The elements of an array have one place.
func eachString(place string, value any, depth int, visit func(place, text string)) {
	if depth > deepest {
		return
	}
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			eachString(place+"."+name, member, depth+1, visit)
		}
	case []any:
		for _, element := range v {
			eachString(place, element, depth+1, visit)
		}
	case string:
		visit(place, v)
	}
}

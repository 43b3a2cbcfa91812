package matching

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/theory/jsonpath/spec"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

const (
	mostChanges    = 2000     // that are tried of one request
	mostBodyWrites = 16 << 20 // bytes that are written to change one JSON text
)

// Looseness changes and drops each value in each recorded request, one at a time,
// and lists the changes after which the request still matches, in lines such as
// "recording 1: body $.user dropped". The values are the method, scheme, host and
// port, each segment of the path, each parameter of the query and each field of
// the body. A changed text keeps its form, so that normalisers are tested as well.
//
// Of each request, at most 2000 changes are tried. The functions of the rules are
// not called. Looseness fails like [Matcher.Key].
func (m *Matcher) Looseness(recordings []cassette.Request) ([]string, error) {
	var unseen []string
	for n, recording := range recordings {
		key, err := m.Key(recording)
		if err != nil {
			return unseen, err
		}
		tried := 0
		try := func(c change, changed cassette.Request) {
			if tried++; tried > mostChanges || err != nil {
				return
			}
			var changedKey Key
			if changedKey, err = m.Key(changed); err == nil && changedKey == key {
				unseen = append(unseen, fmt.Sprintf("recording %d: %s", n+1, c))
			}
		}
		tryAddress(recording, try)
		tryBody(recording, try)
		if err != nil {
			return unseen, err
		}
	}
	return unseen, nil
}

// A change says what differs in a changed request.
type change struct {
	part    match.Part // method, scheme, host, port, path, query or body
	at      string     // the number of the path's segment, the parameter or the JSONPath
	dropped bool       // otherwise it has another value
}

func (c change) String() string {
	verb := "changed"
	if c.dropped {
		verb = "dropped"
	}
	return strings.TrimSpace(string(c.part)+" "+c.at) + " " + verb
}

// A tryFunc tries a request after a change.
type tryFunc func(change, cassette.Request)

// tryAddress changes the method and the URL.
func tryAddress(r cassette.Request, try tryFunc) {
	changed := r
	changed.Method = otherText(r.Method)
	try(change{part: match.Method}, changed)
	u, err := url.Parse(r.URL)
	if err != nil || u.Host == "" {
		return
	}
	tryURL := func(c change, edit func(*url.URL)) {
		edited := *u
		edit(&edited)
		changed := r
		changed.URL = edited.String()
		try(c, changed)
	}
	tryURL(change{part: match.Scheme}, func(u *url.URL) { u.Scheme = map[bool]string{true: "http", false: "https"}[u.Scheme == "https"] })
	tryURL(change{part: match.Host}, func(u *url.URL) { u.Host = "other." + u.Host })
	port := addressOf(r.URL).port
	tryURL(change{part: match.Port}, func(u *url.URL) { u.Host = u.Hostname() + ":" + string(otherNumber(json.Number(port))) })
	segments := strings.Split(u.EscapedPath(), "/")
	for n := 1; n < len(segments) && u.Path != "/"; n++ {
		at := strconv.Itoa(n)
		replace := func(by ...string) func(*url.URL) {
			return func(u *url.URL) {
				joined := strings.Join(slices.Concat(segments[:n], by, segments[n+1:]), "/")
				u.Path, _ = url.PathUnescape(joined)
				u.RawPath = joined
			}
		}
		tryURL(change{part: match.Path, at: at}, replace(otherText(segments[n])))
		tryURL(change{part: match.Path, at: at, dropped: true}, replace())
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		for n, value := range query[name] {
			replace := func(by ...string) func(*url.URL) {
				return func(u *url.URL) { u.RawQuery = withValue(query, name, n, by...) }
			}
			tryURL(change{part: match.Query, at: name}, replace(otherText(value)))
			tryURL(change{part: match.Query, at: name, dropped: true}, replace())
		}
	}
}

// withValue encodes values with another one, or none, in the place of one of them.
func withValue(values url.Values, name string, n int, by ...string) string {
	changed := maps.Clone(values)
	changed[name] = slices.Concat(values[name][:n], by, values[name][n+1:])
	return changed.Encode()
}

// tryBody changes the values in the body, or the body as a whole if it has none.
func tryBody(r cassette.Request, try tryFunc) {
	body := r.Body.Bytes()
	if len(body) == 0 {
		return
	}
	if plain, ok := media.Decompress(headerOf(r.Header, "Content-Encoding"), body); ok {
		body = plain
		r.Header = r.Header.Clone()
		maps.DeleteFunc(r.Header, func(name string, _ []string) bool { return strings.EqualFold(name, "Content-Encoding") })
	}
	tryBytes := func(at string, dropped bool, body []byte) {
		r.Body = cassette.NewBody(body)
		try(change{part: match.Body, at: at, dropped: dropped}, r)
	}
	contentType := headerOf(r.Header, "Content-Type")
	parts, isMultipart := media.Parts(contentType, body)
	fields, err := url.ParseQuery(string(body))
	isForm := media.KindOf(contentType) == media.Form && err == nil
	_, err = media.ParseJSON(body)
	switch isJSON := err == nil; {
	case isMultipart:
		for _, part := range parts {
			tryField(step{nil, part.Name, -1}, body[part.Start:part.End], func(at string, dropped bool, value []byte) {
				tryBytes(at, dropped, slices.Concat(body[:part.Start], value, body[part.End:]))
			})
		}
	case isForm:
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			for n, value := range fields[name] {
				tryField(step{nil, name, -1}, []byte(value), func(at string, dropped bool, value []byte) {
					tryBytes(at, dropped, []byte(withValue(fields, name, n, string(value))))
				})
			}
		}
	case isJSON:
		tryJSON(nil, body, tryBytes)
	default:
		tryBytes("", false, []byte(otherText(string(body))))
		tryBytes("", true, nil)
	}
}

// tryField changes the value of a field, or the values in it if it is JSON.
func tryField(at step, value []byte, try func(at string, dropped bool, value []byte)) {
	if _, isText := fieldValue(value, media.Other).(string); !isText {
		tryJSON(&at, value, try)
		return
	}
	try(at.String(), false, []byte(otherText(string(value))))
	try(at.String(), true, nil)
}

// tryJSON changes each scalar in a JSON text, and drops each value but the root.
func tryJSON(at *step, text []byte, try func(at string, dropped bool, text []byte)) {
	parse := func() any {
		value, _ := media.ParseJSON(text) // it was parsed before
		return value
	}
	tried, most := 0, min(mostChanges, mostBodyWrites/len(text)+1)
	walk(at, nil, parse(), func(at *step, path spec.NormalizedPath, value any) {
		if tried++; tried > most {
			return
		}
		if len(path) > 0 {
			try(at.String(), true, media.AppendJSON(nil, withoutIgnored(replaceAt(parse(), path, ignored{}))))
		}
		switch v := value.(type) {
		case map[string]any, []any:
			return
		case string:
			value = otherText(v)
		case json.Number:
			value = otherNumber(v)
		case bool:
			value = !v
		default:
			value = true
		}
		try(at.String(), false, media.AppendJSON(nil, replaceAt(parse(), path, value)))
	})
}

func walk(at *step, path spec.NormalizedPath, value any, visit func(*step, spec.NormalizedPath, any)) {
	visit(at, path, value)
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			walk(&step{at, name, -1}, append(slices.Clip(path), spec.Name(name)), v[name], visit)
		}
	case []any:
		for n, item := range v {
			walk(&step{at, "", n}, append(slices.Clip(path), spec.Index(n)), item, visit)
		}
	}
}

// otherText returns another text of the same form: it changes the last digit, or
// the last letter if there is no digit.
func otherText(text string) string {
	b := []byte(text)
	for _, class := range []string{"0123456789", "abcdefABCDEF", "ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ"} {
		for n := len(b) - 1; n >= 0; n-- {
			if at := strings.IndexByte(class, b[n]); at >= 0 {
				b[n] = class[(at+1)%len(class)]
				return string(b)
			}
		}
	}
	return text + "~"
}

func otherNumber(n json.Number) json.Number {
	if equal(n, json.Number("1")) {
		return "2"
	}
	return "1"
}

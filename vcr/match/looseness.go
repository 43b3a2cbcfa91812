package match

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// Looseness says which changes of a request make no difference by the rules.
type Looseness struct {
	Tried  int // changes in all
	Unseen []Change
}

// A Change is a request that has one thing less, or something else in its place.
type Change struct {
	Recording int    // position of the request it was made of, from 1
	Part      Part   // method, scheme, host, port, path, query or body
	At        string // the number of the path's segment, the parameter or the JSONPath
	Dropped   bool   // otherwise it was changed
}

// String names the change in a line.
func (c Change) String() string {
	verb := "changed"
	if c.Dropped {
		verb = "dropped"
	}
	return fmt.Sprintf("recording %d: %s %s", c.Recording, strings.TrimSpace(string(c.Part)+" "+c.At), verb)
}

// String lists the changes that are not seen, a line each.
func (l Looseness) String() string {
	lines := []string{fmt.Sprintf("%d of %d changes are not seen", len(l.Unseen), l.Tried)}
	for _, change := range l.Unseen {
		lines = append(lines, change.String())
	}
	return strings.Join(lines, "\n")
}

// mostChanges bounds what is tried of one request.
const mostChanges = 2000

// Looseness drops and changes each thing in each recorded request, one at a
// time, and reports what would still match: every field of a body, value in the
// query and segment of the path, and the method, scheme, host and port. A
// changed text keeps its form, so that normalisers are tried as well. Functions
// of the rules are not asked. It fails like [Matcher.Key]. Of a request with
// very many fields, the first 2000 are tried.
func (m *Matcher) Looseness(recordings []cassette.Request) (Looseness, error) {
	var l Looseness
	for n, recording := range recordings {
		key, err := m.Key(recording)
		if err != nil {
			return l, err
		}
		tried := 0
		try := func(change Change, changed cassette.Request) {
			if tried++; tried > mostChanges || err != nil {
				return
			}
			var other Key
			if other, err = m.Key(changed); err == nil && other == key {
				change.Recording = n + 1
				l.Unseen = append(l.Unseen, change)
			}
		}
		tryAddress(recording, try)
		m.tryBody(recording, try)
		if err != nil {
			return l, err
		}
		l.Tried += min(tried, mostChanges)
	}
	return l, nil
}

type tryFunc func(Change, cassette.Request)

func tryAddress(r cassette.Request, try tryFunc) {
	changed := r
	changed.Method = other(r.Method)
	try(Change{Part: Method}, changed)
	u, err := url.Parse(r.URL)
	if err != nil || u.Host == "" {
		return
	}
	with := func(change Change, edit func(*url.URL)) {
		edited := *u
		edit(&edited)
		changed := r
		changed.URL = edited.String()
		try(change, changed)
	}
	with(Change{Part: Scheme}, func(u *url.URL) { u.Scheme = map[bool]string{true: "http", false: "https"}[u.Scheme == "https"] })
	port := addressOf(r.URL).port
	with(Change{Part: Host}, func(u *url.URL) { u.Host = "other." + u.Host })
	with(Change{Part: Port}, func(u *url.URL) { u.Host = u.Hostname() + ":" + string(otherNumber(json.Number(port))) })
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
		with(Change{Part: Path, At: at}, replace(other(segments[n])))
		with(Change{Part: Path, At: at, Dropped: true}, replace())
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		for n, value := range query[name] {
			replace := func(by ...string) func(*url.URL) {
				return func(u *url.URL) {
					now := maps.Clone(query)
					now[name] = slices.Concat(query[name][:n], by, query[name][n+1:])
					u.RawQuery = now.Encode()
				}
			}
			with(Change{Part: Query, At: name}, replace(other(value)))
			with(Change{Part: Query, At: name, Dropped: true}, replace())
		}
	}
}

// tryBody changes what the body holds, whatever part of it counts.
func (m *Matcher) tryBody(r cassette.Request, try tryFunc) {
	body := r.Body.Bytes()
	if len(body) == 0 {
		return
	}
	if plain, ok := cassette.Decode(headerOf(r.Header, "Content-Encoding"), body); ok {
		body = plain
		r.Header = r.Header.Clone()
		maps.DeleteFunc(r.Header, func(name string, _ []string) bool { return strings.EqualFold(name, "Content-Encoding") })
	}
	with := func(at string, dropped bool, body []byte) {
		r.Body = cassette.NewBody(body)
		try(Change{Part: Body, At: at, Dropped: dropped}, r)
	}
	contentType := headerOf(r.Header, "Content-Type")
	parts, isMultipart := media.Parts(contentType, body)
	fields, err := url.ParseQuery(string(body))
	isForm := media.KindOf(contentType) == media.Form && err == nil
	_, err = media.ParseJSON(body)
	switch isJSON := err == nil; {
	case isMultipart:
		for _, part := range parts {
			tryValue(step{nil, part.Name, -1}, body[part.Start:part.End], func(at string, dropped bool, content []byte) {
				with(at, dropped, slices.Concat(body[:part.Start], content, body[part.End:]))
			})
		}
	case isForm:
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			for n, value := range fields[name] {
				tryValue(step{nil, name, -1}, []byte(value), func(at string, dropped bool, content []byte) {
					now := maps.Clone(fields)
					now[name] = slices.Concat(fields[name][:n], []string{string(content)}, fields[name][n+1:])
					with(at, dropped, []byte(now.Encode()))
				})
			}
		}
	case isJSON:
		tryJSON(nil, body, with)
	default:
		with("", false, []byte(other(string(body))))
		with("", true, nil)
	}
}

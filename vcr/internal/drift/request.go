package drift

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A Sent is a value that a request has and the recorded one has not, or the reverse.
type Sent struct {
	At  string `json:"at"`            // "host", "path", "query", "body" or a JSONPath in the body
	Old string `json:"old,omitempty"` // empty if there was none
	New string `json:"new,omitempty"`
}

// String returns "at: old -> new".
func (s Sent) String() string {
	switch {
	case s.Old == "":
		return s.At + " is new: " + s.New
	case s.New == "":
		return s.At + " is not sent: " + s.Old
	}
	return s.At + ": " + s.Old + " -> " + s.New
}

// Bounds of what is said about a request.
const (
	maxSent     = 200 // values
	maxSentText = 60  // bytes of one
	maxSentBody = 4 << 20
)

// A requestDiff collects what is sent differently.
type requestDiff struct {
	sent  []Sent
	isOld func(text string) bool // whether an earlier recorded answer holds the text
	isNew func(text string) bool // whether an earlier new answer does
}

func (d *requestDiff) compare(old, new cassette.Request) []Sent {
	a, errA := url.Parse(old.URL)
	b, errB := url.Parse(new.URL)
	d.text("method", old.Method, new.Method)
	if errA != nil || errB != nil {
		d.text("URL", old.URL, new.URL)
	} else {
		d.text("host", hostOf(a), hostOf(b))
		d.text("path", a.EscapedPath(), b.EscapedPath())
		before, now := a.Query(), b.Query()
		for _, name := range sortedKeys(before, now) {
			d.text("query "+name, strings.Join(before[name], ", "), strings.Join(now[name], ", "))
		}
	}
	before, now := old.Body.Bytes(), new.Body.Bytes()
	if len(before) <= maxSentBody && len(now) <= maxSentBody && !slices.Equal(before, now) {
		x, errX := media.ParseJSON(before)
		y, errY := media.ParseJSON(now)
		if errX == nil && errY == nil {
			d.values(nil, x, y)
			return d.sent
		}
	}
	if !slices.Equal(before, now) {
		d.add("body", fmt.Sprintf("%d bytes", len(before)), fmt.Sprintf("%d bytes", len(now)))
	}
	return d.sent
}

func (d *requestDiff) text(at, old, new string) {
	if old != new {
		d.add(at, old, new)
	}
}

func (d *requestDiff) values(at path, old, new any) {
	if len(d.sent) >= maxSent || len(at) > maxDepth {
		return
	}
	switch a := old.(type) {
	case map[string]any:
		if b, ok := new.(map[string]any); ok {
			for _, name := range sortedKeys(a, b) {
				x, inOld := a[name]
				y, inNew := b[name]
				d.inside(append(at, step{member, name}), x, y, inOld, inNew)
			}
			return
		}
	case []any:
		if b, ok := new.([]any); ok {
			for n := range max(len(a), len(b)) {
				var x, y any
				if n < len(a) {
					x = a[n]
				}
				if n < len(b) {
					y = b[n]
				}
				d.inside(append(at, step{elements, ""}), x, y, n < len(a), n < len(b))
			}
			return
		}
	}
	d.inside(at, old, new, true, true)
}

// inside compares values of which one may be missing.
func (d *requestDiff) inside(at path, old, new any, inOld, inNew bool) {
	if inOld && inNew && isContainer(old) && isContainer(new) {
		d.values(at, old, new)
		return
	}
	before, now := "", ""
	if inOld {
		before = jsonText(old)
	}
	if inNew {
		now = jsonText(new)
	}
	if before != now && !(inOld && inNew && d.isEcho(old, new)) {
		d.add(at.String(), before, now)
	}
}

// isEcho reports whether both values come from the answers before: an id of a call, say,
// which the request gives back.
func (d *requestDiff) isEcho(old, new any) bool {
	a, ok := old.(string)
	b, isText := new.(string)
	return ok && isText && d.isOld != nil && a != "" && b != "" && d.isOld(a) && d.isNew(b)
}

func isContainer(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// add adds a difference. Like ones, as in the elements of an array, are one.
func (d *requestDiff) add(at, old, new string) {
	s := Sent{at, short(old), short(new)}
	if len(d.sent) < maxSent && !slices.Contains(d.sent, s) {
		d.sent = append(d.sent, s)
	}
}

// short returns a text in one line, without the middle of a long one.
func short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= maxSentText {
		return text
	}
	return strings.ToValidUTF8(text[:maxSentText*2/3], "") + "…" + strings.ToValidUTF8(text[len(text)-maxSentText/4:], "")
}

func jsonText(value any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // it was parsed
	return strings.TrimSuffix(text.String(), "\n")
}

func sortedKeys[V, W any](a map[string]V, b map[string]W) []string {
	keys := slices.Collect(maps.Keys(a))
	for name := range b {
		if _, ok := a[name]; !ok {
			keys = append(keys, name)
		}
	}
	slices.Sort(keys)
	return keys
}

package drift_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
)

// A target is a field to change: where it is, and what.
type target struct {
	event string
	steps []string // names, and * for elements
	field field
}

func (t target) path() string { return pathOf(t.steps) }

func pathOf(steps []string) string {
	text := "$"
	for _, s := range steps {
		if s == "*" {
			text += "[*]"
		} else {
			text += "." + s
		}
	}
	return text
}

// targets returns all fields of an endpoint.
func (a api) targets() []target {
	var all []target
	var collect func(event string, before []string, fields []field)
	collect = func(event string, before []string, fields []field) {
		for _, f := range fields {
			steps := append(slices.Clone(before), f.name)
			all = append(all, target{event, steps, f})
			switch f.kind {
			case "object":
				collect(event, steps, f.fields)
			case "array":
				collect(event, append(steps, "*"), f.fields)
			case "parts":
				for _, fields := range f.of {
					collect(event, append(steps, "*"), fields)
				}
			}
		}
	}
	collect("", nil, a.fields)
	for _, kind := range a.events {
		name := kind.name
		if a.form == "bare" || a.form == "lines" {
			name = ""
		}
		collect(name, nil, kind.fields)
	}
	return all
}

// each calls change for each object that may hold the target.
func (t target) each(events []event, change func(object map[string]any, name string)) {
	for _, e := range events {
		if t.event == "" || t.event == e.name {
			eachIn(e.data, t.steps, change)
		}
	}
}

func eachIn(value any, steps []string, change func(object map[string]any, name string)) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			if steps[0] == "*" {
				eachIn(item, steps[1:], change)
			}
		}
	case map[string]any:
		if len(steps) == 1 {
			change(v, steps[0])
		} else if inner, ok := v[steps[0]]; ok {
			eachIn(inner, steps[1:], change)
		}
	}
}

// A change is one of the ways in which APIs change.
type change struct {
	name  string
	fits  func(api, target) bool
	apply func(trial) // to the new answers
	kinds []drift.Kind
	// path says where the report must say so; the target's own by default.
	path func(target) string
}

// A trial is one change of one endpoint.
type trial struct {
	api     api
	target  target
	answers [][]event
	tape    []*cassette.Interaction // after apply, if the answers do not say it all
	changed *int
}

// set replaces the values of the target.
func set(replace func(n int, value any) any) func(trial) {
	return func(t trial) {
		for n, events := range t.answers {
			t.target.each(events, func(object map[string]any, name string) {
				if value, ok := object[name]; ok && value != nil {
					object[name] = replace(n, value)
					*t.changed++
				}
			})
		}
	}
}

// move takes the target away and calls put, which may keep it elsewhere.
func move(put func(object map[string]any, name string, value any)) func(trial) {
	return func(t trial) {
		for _, events := range t.answers {
			t.target.each(events, func(object map[string]any, name string) {
				if value, ok := object[name]; ok {
					delete(object, name)
					put(object, name, value)
					if value != nil {
						*t.changed++
					}
				}
			})
		}
	}
}

func away(map[string]any, string, any) {}

// whole replaces all responses.
func whole(status int, contentType string, body func(old []byte) []byte) func(trial) {
	return func(t trial) {
		for n := range t.tape {
			old := t.tape[n].Response
			kind := contentType
			if kind == "" {
				kind = old.Header.Get("Content-Type")
			}
			t.tape[n] = t.api.with(n, status, kind, body(old.Body.Bytes()))
			*t.changed++
		}
	}
}

func same(old []byte) []byte { return old }

func required(kinds ...string) func(api, target) bool {
	return func(_ api, t target) bool {
		return t.field.chance == 1 && !t.field.nullable && slices.Contains(kinds, t.field.kind)
	}
}

func forms(forms ...string) func(api, target) bool {
	return func(a api, _ target) bool { return slices.Contains(forms, a.form) }
}

func beside(name string) func(target) string {
	return func(t target) string {
		steps := slices.Clone(t.steps)
		steps[len(steps)-1] = name
		return pathOf(steps)
	}
}

func nowhere(target) string { return "" }

func camel(name string) string {
	words := strings.Split(name, "_")
	for n := range words[1:] {
		words[n+1] = strings.ToUpper(words[n+1][:1]) + words[n+1][1:]
	}
	return strings.Join(words, "")
}

var scalars = []string{"string", "number", "bool", "date", "text"}

// some returns the events of a kind, for changes of events.
func some(a api, t target) bool {
	return (a.form == "named" || a.form == "typed") && t.event != "" && slices.ContainsFunc(a.events, func(kind eventKind) bool { return kind.name == t.event && kind.chance == 1 })
}

// changes are 34 ways in which real APIs have changed.
var changes = []change{
	{"a scalar is removed", required(scalars...), move(away), []drift.Kind{drift.Gone}, nil},
	{"an object is removed", required("object"), move(away), []drift.Kind{drift.Gone}, nil},
	{"an array is removed", required("array", "parts"), move(away), []drift.Kind{drift.Gone}, nil},
	{"a field is renamed", required(scalars...), move(func(object map[string]any, name string, value any) { object[name+"_value"] = value }), []drift.Kind{drift.Gone}, nil},
	{"a field is spelt otherwise", func(a api, t target) bool { return required(scalars...)(a, t) && strings.Contains(t.field.name, "_") },
		move(func(object map[string]any, name string, value any) { object[camel(name)] = value }), []drift.Kind{drift.Gone}, nil},
	{"a field moves into an object", required(scalars...), move(func(object map[string]any, name string, value any) { object["moved"] = map[string]any{name: value} }), []drift.Kind{drift.Gone}, nil},
	{"a string becomes an object", required("string", "text"), set(func(_ int, value any) any { return map[string]any{"text": value} }), []drift.Kind{drift.Type}, nil},
	{"a string becomes parts", required("string", "text"), set(func(_ int, value any) any { return []any{map[string]any{"type": "text", "text": value}} }), []drift.Kind{drift.Type}, nil},
	{"a string becomes a number", required("string", "text"), set(func(n int, _ any) any { return n }), []drift.Kind{drift.Type}, nil},
	{"a number becomes a string", required("number"), set(func(_ int, value any) any { return fmt.Sprint(value) }), []drift.Kind{drift.Type}, nil},
	{"a number becomes an object", required("number"), set(func(_ int, value any) any { return map[string]any{"value": value} }), []drift.Kind{drift.Type}, nil},
	{"a date becomes text", required("date"), set(func(int, any) any { return "2026-05-04T11:22:33Z" }), []drift.Kind{drift.Type}, nil},
	{"true becomes a string", required("bool"), set(func(_ int, value any) any { return fmt.Sprint(value) }), []drift.Kind{drift.Type}, nil},
	{"true becomes a number", required("bool"), set(func(n int, _ any) any { return n % 2 }), []drift.Kind{drift.Type}, nil},
	{"an object becomes an array", required("object"), set(func(_ int, value any) any { return []any{value} }), []drift.Kind{drift.Type}, nil},
	{"an object becomes a string", required("object"), set(func(_ int, value any) any { text, _ := json.Marshal(value); return string(text) }), []drift.Kind{drift.Type}, nil},
	{"an array becomes an object", required("array", "parts"), set(func(_ int, value any) any { return map[string]any{"items": value} }), []drift.Kind{drift.Type}, nil},
	{"an array becomes its first element", required("parts"), set(func(_ int, value any) any { return value.([]any)[0] }), []drift.Kind{drift.Type}, nil},
	{"an array becomes deeper", required("parts"), set(func(_ int, value any) any { return []any{value} }), []drift.Kind{drift.Type}, func(t target) string { return t.path() + "[*]" }},
	{"a field is always null", required(append(scalars, "object", "array")...), set(func(int, any) any { return nil }), []drift.Kind{drift.Null}, nil},
	{"the status becomes 201", forms("json", "named", "typed", "bare", "lines"), whole(201, "", same), []drift.Kind{drift.Status}, nowhere},
	{"the status becomes 404", forms("json", "named", "typed", "bare", "lines"), whole(404, "application/json", func([]byte) []byte { return []byte(`{"error":"no such model"}`) }), []drift.Kind{drift.Status}, nowhere},
	{"JSON becomes a page", forms("json"), whole(200, "text/html", func([]byte) []byte { return []byte("<html><body>Please log in</body></html>") }), []drift.Kind{drift.MediaType}, nowhere},
	{"JSON becomes a stream", forms("json"), whole(200, "text/event-stream", func(old []byte) []byte { return fmt.Appendf(nil, "data: %s\n\n", old) }), []drift.Kind{drift.MediaType}, nowhere},
	{"a stream becomes JSON", forms("named", "typed", "bare"), whole(200, "application/json", func(old []byte) []byte { return []byte(`{"reply":"all at once"}`) }), []drift.Kind{drift.MediaType}, nowhere},
	{"lines become events", forms("lines"), whole(200, "text/event-stream", func(old []byte) []byte {
		return []byte("data: " + strings.ReplaceAll(strings.TrimSpace(string(old)), "\n", "\n\ndata: ") + "\n\n")
	}), []drift.Kind{drift.MediaType}, nowhere},
	{"an envelope is put around", func(a api, t target) bool {
		return a.form == "json" && len(t.steps) == 1 && required(append(scalars, "object")...)(a, t)
	}, func(t trial) {
		for _, events := range t.answers {
			events[0].data = map[string]any{"data": events[0].data}
			*t.changed++
		}
	}, []drift.Kind{drift.Gone}, nil},
	{"an event is gone", some, func(t trial) {
		for n, events := range t.answers {
			t.answers[n] = slices.DeleteFunc(events, func(e event) bool { return e.name == t.target.event })
			*t.changed += len(events) - len(t.answers[n])
		}
	}, []drift.Kind{drift.EventGone}, nowhere},
	{"an event is renamed", some, func(t trial) {
		for _, events := range t.answers {
			for n, e := range events {
				if e.name == t.target.event {
					events[n].name = "reply.renamed"
					events[n].data.(map[string]any)["type"] = "reply.renamed"
					*t.changed++
				}
			}
		}
	}, []drift.Kind{drift.EventGone}, nowhere},
	{"an event is added", func(a api, t target) bool { return a.form == "named" || a.form == "typed" }, func(t trial) {
		for n := range t.answers {
			t.answers[n] = append(t.answers[n], event{"reply.added", map[string]any{"type": "reply.added"}})
			*t.changed++
		}
	}, []drift.Kind{drift.EventNew}, nowhere},
	{"a word is renamed", required("enum"), set(func(_ int, value any) any { return value.(string) + "_now" }), []drift.Kind{drift.Word}, nil},
	{"a field is added", required(scalars...), func(t trial) {
		for _, events := range t.answers {
			t.target.each(events, func(object map[string]any, name string) { object["added_to_it"] = 1; *t.changed++ })
		}
	}, []drift.Kind{drift.New}, beside("added_to_it")},
	{"a field becomes optional", required(scalars...), func(t trial) {
		for n, events := range t.answers {
			t.target.each(events, func(object map[string]any, name string) {
				if object[name] != nil && n%2 == 0 {
					delete(object, name)
					*t.changed++
				}
			})
		}
	}, []drift.Kind{drift.Gone}, nil},
	{"an optional field is removed", func(_ api, t target) bool { return t.field.chance < 1 && !t.field.nullable }, move(away), []drift.Kind{drift.Gone}, nil},
}

var filter = regexp.MustCompile(`\[\?[^\]]*\]`)

// try makes a change and returns whether the report says so at the right path, and with
// which severity. There is nothing to see if no answer changed.
func (c change) try(a api, old *recorded, t target, attempt int) (severity drift.Severity, tried bool, report drift.Report) {
	tape, tried := c.make(a, old, t, attempt)
	report = old.refresh(tape)
	want := t.path()
	if c.path != nil {
		want = c.path(t)
	}
	for _, d := range report.Differences {
		if slices.Contains(c.kinds, d.Kind) && filter.ReplaceAllString(d.Path, "") == want && (d.Event == "" || d.Event == t.event) && d.Severity > severity {
			severity = d.Severity
		}
	}
	return severity, tried, report
}

// make returns a new tape with the change, and whether there is something to see.
func (c change) make(a api, old *recorded, t target, attempt int) (tape []*cassette.Interaction, isTrial bool) {
	changed := 0
	tr := trial{api: a, target: t, changed: &changed}
	for n := range a.requests {
		events := a.answer(a.draw(n, attempt, again))
		tr.answers = append(tr.answers, events)
		tr.tape = append(tr.tape, a.interaction(n, events))
	}
	recorded := 0 // what was never recorded cannot be missed
	for _, events := range old.answers {
		t.each(events, func(object map[string]any, name string) {
			if object[name] != nil {
				recorded++
			}
		})
	}
	before := slices.Clone(tr.tape)
	c.apply(tr)
	if slices.Equal(before, tr.tape) {
		for n, events := range tr.answers {
			tr.tape[n] = a.interaction(n, events)
		}
	}
	return tr.tape, changed > 0 && recorded > 0
}

// again is how often chance decides what an answer holds, and not the request.
const again = 0.15

// A recorded is what a suite has recorded of an endpoint.
type recorded struct {
	answers [][]event
	tape    []*cassette.Interaction
	suite   *drift.Suite
}

func record(a api, again float64) *recorded {
	r := &recorded{}
	for n := range a.requests {
		events := a.answer(a.draw(n, 1, again))
		r.answers = append(r.answers, events)
		r.tape = append(r.tape, a.interaction(n, events))
	}
	var err error
	if r.suite, err = drift.NewSuite(drift.Rules{}); err != nil {
		panic(err)
	}
	for _, i := range r.tape {
		if err := r.suite.Learn(i); err != nil {
			panic(err)
		}
	}
	return r
}

// refresh compares a new tape as a run does.
func (r *recorded) refresh(tape []*cassette.Interaction) drift.Report {
	var run drift.Run
	run.Add(r.suite.CompareTapes(drift.Place{Cassette: "cassettes/x.yaml"}, r.tape, tape, nil)...)
	return run.Report()
}

var endpoints = flag.Int("endpoints", 24, "how many endpoints TestChanges changes")

// TestChanges puts each kind of change into the answers of many endpoints. A change must be
// reported at its path.
func TestChanges(t *testing.T) {
	t.Parallel()
	apis := newAPIs(11, *endpoints)
	tapes := make([]*recorded, len(apis))
	for n, a := range apis {
		tapes[n] = record(a, again)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	all, seen := 0, 0
	for _, c := range changes {
		tried, reported, breaking := 0, 0, 0
		for n, a := range apis {
			fitting := slices.DeleteFunc(a.targets(), func(t target) bool { return !c.fits(a, t) })
			rng.Shuffle(len(fitting), func(i, j int) { fitting[i], fitting[j] = fitting[j], fitting[i] })
			for _, target := range fitting[:min(1, len(fitting))] {
				severity, isTrial, report := c.try(a, tapes[n], target, 2+n)
				if !isTrial {
					continue
				}
				tried++
				if severity > drift.Noise {
					reported++
				} else if testing.Verbose() && c.name != "an optional field is removed" {
					t.Logf("missed: %s: %s %s %s (%s)\n%s", c.name, a.form, target.event, target.path(), target.field.kind, report.Text())
				}
				if severity == drift.Breaking {
					breaking++
				}
			}
		}
		t.Logf("%-36s %4d tried %4d reported %4d breaking", c.name, tried, reported, breaking)
		if tried < 3 {
			t.Errorf("%s: tried %d times only", c.name, tried)
		}
		if c.name == "an optional field is removed" {
			if reported*216 <= tried*97 {
				t.Errorf("%s: %d of %d reported", c.name, reported, tried)
			}
			continue
		}
		all, seen = all+tried, seen+reported
	}
	t.Logf("%d of %d reported at their path", seen, all)
	if seen*100 < all*99 {
		t.Errorf("%d of %d reported at their path, want 99%%", seen, all)
	}
	if len(changes) != 34 {
		t.Errorf("%d kinds of change", len(changes))
	}
}

// TestValuesAlone refreshes recordings whose answers differ in values alone.
func TestValuesAlone(t *testing.T) {
	t.Parallel()
	for n, a := range newAPIs(3, 200) {
		report := record(a, 0).refresh(a.record(2, 0))
		if len(report.Differences) > 0 || report.Silent != a.requests {
			t.Errorf("endpoint %d:\n%s", n, report.Text())
		}
	}
}

// TestNoise refreshes recordings whose fields come and go, as those of a model do.
func TestNoise(t *testing.T) {
	t.Parallel()
	notices, silent, compared := 0, 0, 0
	for n, a := range newAPIs(4, 100) {
		report := record(a, again).refresh(a.record(2, again))
		if report.Worst() == drift.Breaking {
			t.Errorf("endpoint %d:\n%s", n, report.Text())
		}
		for _, d := range report.Differences {
			notices++
			t.Log(d)
		}
		silent, compared = silent+report.Silent, compared+report.Compared
	}
	t.Logf("%d notices, %d of %d silent", notices, silent, compared)
}

// Package redact keeps secrets off a tape, in three layers:
//
//   - By name: the values of headers, query parameters and fields whose names say
//     that they are secret; in forms, multipart, JSON at any depth, streams of it,
//     and JSON inside strings.
//   - By value: what was found by its name, what [Rules.Secrets] returns and what
//     the environment holds under a name that says so is replaced wherever else
//     it stands, also percent-encoded, in base64, in hex, escaped for JSON, and
//     split over the events of a stream.
//   - By shape: what looks like the key of a provider. That is reported, too
//     ([Redactor.Finds]), for it should have been found before.
//
// Placeholders such as [redacted:authorization] take their place. One value has
// one placeholder, and where values differ they are numbered:
// [redacted:authorization:2]. Types are kept: only strings are replaced in JSON.
// Every byte that is no secret stays as it is, and lengths follow.
//
// Not found is what is known by its value only and stands in base64 with line
// breaks, in a compressed part of a body, or cut between the frames of a binary
// event stream; and where a replacement changes the length of such a frame, its
// checksum does not follow.
package redact

import (
	"os"
	"slices"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A Redactor replaces secrets on one tape and remembers which value got which
// placeholder. It is safe for concurrent use, if the functions of its rules are.
type Redactor struct {
	rules   Rules
	headers *nameSet
	query   *nameSet
	paths   jsonPaths
	known   *knowledge
	passes  sync.Pool

	looking     sync.Mutex // guards what follows
	environment []string   // as it was learned last

	mu    sync.Mutex
	finds map[*cassette.Interaction][]Find
	swept map[*cassette.Interaction]int // how many values were known when it was redacted
}

// New returns a Redactor for one tape. The error names each JSONPath that is
// none, and empty names.
func New(rules Rules) (*Redactor, error) {
	paths, err := rules.paths()
	if err != nil {
		return nil, err
	}
	r := &Redactor{
		rules: rules, paths: paths, known: newKnowledge(rules.Replace),
		headers: secretHeaders.with(rules.Headers).without(rules.KeepHeaders),
		query:   secretQuery.with(rules.Query),
		finds:   map[*cassette.Interaction][]Find{},
		swept:   map[*cassette.Interaction]int{},
	}
	return r, nil
}

// LearnEnvironment learns what the environment holds now, as the other methods do
// when they are called: a test may take its variables back, or change them, before
// what it recorded with them is redacted.
func (r *Redactor) LearnEnvironment() {
	if r.rules.Off {
		return
	}
	now := os.Environ()
	r.looking.Lock()
	defer r.looking.Unlock()
	if r.environment == nil || !slices.Equal(now, r.environment) {
		r.environment = now
		r.known.learnEnvironment(now, r.rules.isSecretVariable)
	}
}

// learnSecrets learns the environment, and asks for the secrets of the rules,
// which may be more each time. A run that replays rarely needs them.
func (r *Redactor) learnSecrets() {
	r.LearnEnvironment()
	for _, secret := range r.rules.secrets() {
		if secret.Value != "" {
			r.known.learn(secret.Name, secret.Value, asGiven)
		}
	}
}

// Interaction replaces the secrets of an exchange in place, and learns them. The
// headers of i must not be shared with anything that still needs them.
func (r *Redactor) Interaction(i *cassette.Interaction) {
	if r.rules.Off {
		return
	}
	r.learnSecrets()
	p := r.pass()
	defer r.done(p)
	p.names = true
	p.interaction(i)
	p.names = false
	known := r.known.size()
	p.interaction(i)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.swept[i] = known
	if len(p.finds) > 0 {
		r.finds[i] = slices.Clone(p.finds)
	}
}

// Finish replaces in the interactions of a tape what was learned after they went
// through [Redactor.Interaction], and numbers the finds. It is called once, before
// the tape is saved. An interaction that has to be changed is not: a changed copy
// takes its place in the slice.
func (r *Redactor) Finish(interactions []*cassette.Interaction) {
	if r.rules.Off {
		return
	}
	r.learnSecrets()
	p := r.pass()
	defer r.done(p)
	p.again = true
	r.mu.Lock()
	defer r.mu.Unlock()
	finds := map[*cassette.Interaction][]Find{}
	known := r.known.size()
	for n, i := range interactions {
		p.finds = slices.Clone(r.finds[i])
		if swept, ok := r.swept[i]; !ok || swept < known { // else nothing was learned since
			changed := i.Clone()
			p.changed = false
			if p.interaction(changed); p.changed {
				interactions[n] = changed
			}
		}
		for _, find := range p.finds {
			find.Interaction, find.Line = n+1, i.Line()
			finds[interactions[n]] = append(finds[interactions[n]], find)
		}
	}
	r.finds = finds
}

// Finds returns what had to be redacted by its shape, in the order of the tape
// once [Redactor.Finish] was called: until then, the numbers are 0, and what will
// not be on the tape is listed as well.
func (r *Redactor) Finds() []Find {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []Find
	for _, finds := range r.finds {
		all = append(all, finds...)
	}
	slices.SortStableFunc(all, func(a, b Find) int { return a.Interaction - b.Interaction })
	return all
}

// URL returns a URL as it may be shown to people.
func (r *Redactor) URL(raw string) string {
	return r.show(raw, (*pass).url)
}

// Text returns a text as it may be shown to people: an error, say, or a log.
func (r *Redactor) Text(text string) string { return r.show(text, (*pass).text) }

// Text returns a text as it may be shown to people, by the default rules alone.
func Text(text string) string {
	r, _ := New(Rules{}) // no rule, no error
	return r.Text(text)
}

func (r *Redactor) show(text string, redact func(p *pass, place, text string) string) string {
	if r.rules.Off {
		return text
	}
	r.learnSecrets()
	p := r.pass()
	defer r.done(p)
	p.key = true
	for _, p.names = range []bool{true, false} {
		text = redact(p, "", text)
	}
	return text
}

// pass returns a pass for one call, which has the memory of earlier ones.
func (r *Redactor) pass() *pass {
	if p, ok := r.passes.Get().(*pass); ok {
		return p
	}
	return &pass{r: r}
}

func (r *Redactor) done(p *pass) {
	*p = pass{r: r, scratch: p.scratch, bytes: p.bytes, order: p.order}
	r.passes.Put(p)
}

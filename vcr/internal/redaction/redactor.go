// Package redaction keeps secrets off a tape. It finds them in three ways:
//
//   - By name: the values of headers, query parameters and fields with secret
//     names; in forms, multipart, JSON at any depth, streams of JSON, XML, HTML and
//     configuration. The last words of a name decide, see names.go; for some names
//     also whether the value is drawn at random, see drawn.go. What a model or a
//     person said, and JSON inside strings, is no place for names, see fields.go.
//   - By value: what was found under a secret name, what [Rules.Secrets] returns,
//     and environment variables with secret names. These values are replaced
//     everywhere, also percent-encoded, in base64, in hex, escaped for JSON, and
//     split over the events of a stream.
//   - By format: what looks like the key of a provider. It is also reported
//     ([Redactor.Findings]), because its name should have given it away.
//
// A placeholder such as [redacted:authorization] replaces each. One value has one
// placeholder; different values under one name are numbered:
// [redacted:authorization:2]. JSON keeps its types: only strings are replaced. All
// other bytes stay, and lengths follow.
//
// Some secrets that are known only by value are missed: in base64 with line
// breaks, in a compressed part of a body, and cut by the frames of a binary event
// stream. When a replacement changes the length of such a frame, its checksum is
// wrong.
package redaction

import (
	"cmp"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A Redactor replaces the secrets of one tape and remembers which value has which
// placeholder. [New] makes one. It is safe for concurrent use if the functions of
// its rules are.
type Redactor struct {
	rules Rules
	names *names
	paths jsonPaths
	// keptPaths are the JSONPaths of Rules.KeepBody.
	keptPaths jsonPaths
	known     *knownValues
	walks     sync.Pool

	environmentMu sync.Mutex
	environment   []string // as it was last learned

	mu       sync.Mutex
	findings map[*cassette.Interaction][]Finding
	knownAt  map[*cassette.Interaction]int // how many values were known when it was redacted
}

// New returns a Redactor for one tape. The error lists every JSONPath that does
// not parse, every empty name, and every name that is to be redacted and kept.
func New(rules Rules) (*Redactor, error) {
	paths, keptPaths, err := rules.parse()
	if err != nil {
		return nil, err
	}
	return &Redactor{
		rules: rules, names: namesFor(rules), paths: paths, keptPaths: keptPaths, known: newKnownValues(rules.Replace),
		findings: map[*cassette.Interaction][]Finding{},
		knownAt:  map[*cassette.Interaction]int{},
	}, nil
}

// Interaction replaces the secrets of an interaction in place, and learns them.
// Nothing else may use the headers of i.
func (r *Redactor) Interaction(i *cassette.Interaction) {
	if r.rules.Off {
		return
	}
	r.learnSecrets()
	w := r.newWalk()
	defer r.release(w)
	w.layer = byName
	w.interaction(i)
	known := r.known.size()
	w.layer = byValue
	w.interaction(i)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.knownAt[i] = known
	if len(w.findings) > 0 {
		r.findings[i] = slices.Clone(w.findings)
	}
}

// Finish replaces what was learned after an interaction went through
// [Redactor.Interaction], and numbers the findings. Call it once, before the tape
// is saved. It never changes an interaction: it puts a changed copy into the
// slice.
func (r *Redactor) Finish(interactions []*cassette.Interaction) {
	if r.rules.Off {
		return
	}
	r.learnSecrets()
	w := r.newWalk()
	defer r.release(w)
	r.mu.Lock()
	defer r.mu.Unlock()
	findings := map[*cassette.Interaction][]Finding{}
	known := r.known.size()
	for n, i := range interactions {
		w.findings = slices.Clone(r.findings[i])
		if then, ok := r.knownAt[i]; !ok || then < known { // else nothing was learned since
			interactions[n] = w.revised(i)
		}
		for _, finding := range w.findings {
			finding.Interaction, finding.Line = n+1, i.Line()
			findings[interactions[n]] = append(findings[interactions[n]], finding)
		}
	}
	r.findings = findings
}

// Revise replaces what was learned after interactions went through
// [Redactor.Interaction], as Finish does, and may be called as often as it is
// needed. It puts changed copies into the slice and returns the place of the first
// one, len(interactions) if there is none.
func (r *Redactor) Revise(interactions []*cassette.Interaction) (first int) {
	first = len(interactions)
	if r.rules.Off {
		return first
	}
	w := r.newWalk()
	defer r.release(w)
	known := r.known.size()
	for n, i := range interactions {
		r.mu.Lock()
		then, ok := r.knownAt[i]
		r.mu.Unlock()
		if ok && then >= known {
			continue
		}
		revised := w.revised(i)
		if revised != i {
			first = min(first, n)
			interactions[n] = revised
		}
		r.mu.Lock()
		if revised != i {
			delete(r.knownAt, i)
		}
		r.knownAt[revised] = known
		r.mu.Unlock()
	}
	return first
}

// Changes grows with each thing that is learned.
func (r *Redactor) Changes() int { return r.known.size() }

// revised returns an interaction in which all that is known by now is replaced: i,
// or a changed copy.
func (w *walk) revised(i *cassette.Interaction) *cassette.Interaction {
	w.knownOnly, w.changed = true, false
	copied := i.Clone()
	if w.r.known.hasRenamed() {
		w.layer = byRename
		w.interaction(copied)
	}
	w.layer = byValue
	if w.interaction(copied); w.changed {
		return copied
	}
	return i
}

// Findings returns the secrets that were found by their format, in the order of
// the tape. Before [Redactor.Finish], their numbers are 0, and interactions that
// the tape will not keep are included.
func (r *Redactor) Findings() []Finding {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []Finding
	for _, findings := range r.findings {
		all = append(all, findings...)
	}
	slices.SortStableFunc(all, func(a, b Finding) int { return a.Interaction - b.Interaction })
	return all
}

// LearnEnvironment learns the secret variables that are set now. The other
// methods do so too. A test may unset or change its variables before its
// interactions are redacted.
func (r *Redactor) LearnEnvironment() {
	if r.rules.Off {
		return
	}
	now := os.Environ()
	r.environmentMu.Lock()
	defer r.environmentMu.Unlock()
	if r.environment == nil || !slices.Equal(now, r.environment) {
		r.environment = now
		r.known.learnEnvironment(now, r.rules)
	}
}

// learnSecrets learns the environment and the secrets of the rules, which may be
// more each time. Most requests in replay do without.
func (r *Redactor) learnSecrets() {
	r.LearnEnvironment()
	for _, secret := range r.rules.secrets() {
		switch {
		case secret.Value == "":
		case secret.Learned:
			if givenPolicy(secret.Value) {
				r.known.learnPending(secret.Value, secret.Name)
			}
		default:
			r.known.learn(secret.Name, secret.Value, givenPolicy)
		}
	}
}

// Learned returns the values that are searched for by now, under the names of
// their placeholders. Another tape of the same run needs them if its code got them
// from this one.
func (r *Redactor) Learned() []Secret {
	secrets := r.known.secrets()
	// In order, so that they get the same numbers every time.
	slices.SortFunc(secrets, func(a, b Secret) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value)) })
	return secrets
}

// URL returns a URL without its secrets, to show to people.
func (r *Redactor) URL(raw string) string { return r.show(raw, (*walk).url) }

// Text returns a text without its secrets, to show to people: an error or a log.
func (r *Redactor) Text(text string) string { return r.show(text, (*walk).text) }

// Text is [Redactor.Text] with the default rules.
func Text(text string) string {
	r, _ := New(Rules{}) // no rule, no error
	return r.Text(text)
}

func (r *Redactor) show(text string, redact func(w *walk, place, text string) string) string {
	if r.rules.Off {
		return text
	}
	r.learnSecrets()
	w := r.newWalk()
	defer r.release(w)
	w.unnumbered = true
	w.layer = byName
	text = redact(w, "", text)
	w.layer = byValue
	return redact(w, "", text)
}

// Key returns what is compared of a request when it is matched. Placeholders
// without numbers replace its secrets, so that any two secrets of one name match.
// Placeholders in the request lose their numbers too: code sends back what it got
// in replay. Without headers, the header of the request is left as it is; with
// headers, the key has only these, redacted.
func (r *Redactor) Key(request cassette.Request, headers ...string) cassette.Request {
	if r.rules.Off {
		return request
	}
	r.learnSecrets()
	r.learnHeaders(request.Header)
	w := r.newWalk()
	defer r.release(w)
	key := newRequestKey(request, headers)
	key.redact(w, byName)
	key.redact(w, byValue)
	return key.withoutNumbers()
}

// NameKey is a cheaper [Redactor.Key]: it only replaces the values under secret
// names, and learns nothing. Most requests need no more; where the two differ, Key
// decides.
func (r *Redactor) NameKey(request cassette.Request, headers ...string) cassette.Request {
	if r.rules.Off {
		return request
	}
	w := r.newWalk()
	defer r.release(w)
	w.learns = false
	key := newRequestKey(request, headers)
	key.redact(w, byName)
	return key.withoutNumbers()
}

// learnHeaders learns the values of the secret headers of a request, which its URL
// and body may repeat.
func (r *Redactor) learnHeaders(header http.Header) {
	isNew := false
	for name, values := range header {
		for _, value := range values {
			isNew = isNew || !r.known.knowsParts(credential{name, value}) && r.isSecretHeader(name, value)
		}
	}
	if isNew {
		w := r.newWalk()
		defer r.release(w)
		w.layer, w.unnumbered = byName, true
		w.header("", header.Clone())
	}
}

// isSecretHeader reports whether the value of a header is replaced, whatever its layer.
// KeepsHeader reports whether the rules say that a header stays on the tape.
func (r *Redactor) KeepsHeader(name string) bool { return r.names.keeps(inHeader, []byte(name)) }

func (r *Redactor) isSecretHeader(name, value string) bool {
	w := walk{r: r}
	v := w.headerVerdict([]byte(name), value)
	_, secret, _ := cutSecret(name, value)
	return v != kept && w.isSecret(inHeader, name, secret, v)
}

// A requestKey is a request on its way to what is compared.
type requestKey struct {
	request     cassette.Request
	sent        http.Header // says of what type the body is
	withHeaders bool
}

func newRequestKey(request cassette.Request, headers []string) requestKey {
	key := requestKey{request: request, sent: request.Header, withHeaders: headers != nil}
	if key.withHeaders {
		key.request.Header = selectHeaders(key.sent, headers)
	}
	return key
}

// selectHeaders returns a copy of some headers.
func selectHeaders(header http.Header, names []string) http.Header {
	selected := http.Header{}
	for spelled, values := range header {
		if slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, spelled) }) {
			selected[spelled] = slices.Clone(values)
		}
	}
	return selected
}

func (k *requestKey) redact(w *walk, by layer) {
	w.layer, w.unnumbered = by, true
	k.request.URL = w.url("", k.request.URL)
	k.request.Body, _ = w.body("", k.sent, k.request.Body)
	if k.withHeaders {
		w.header("", k.request.Header)
	}
}

func (k *requestKey) withoutNumbers() cassette.Request {
	k.request.URL = stripNumbers(k.request.URL)
	if edits := numberEdits(k.request.Body.Bytes()); edits != nil {
		k.request.Body = cassette.NewBody(media.Apply(k.request.Body.Bytes(), edits))
	}
	if k.withHeaders {
		for _, values := range k.request.Header {
			for n := range values {
				values[n] = stripNumbers(values[n])
			}
		}
	}
	return k.request
}

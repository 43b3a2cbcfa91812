package redaction

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// Explain tells what happens to a value under a name, and why, such as "header
// x-my-token: replaced, because names that end in token after my are secret in headers".
// Place is header, cookie, query, path, form, body, content or variable, or the place of a
// [Finding], which may tell the name as well. What RedactBody selects is only known by its
// name.
func (r *Redactor) Explain(place, name, value string) string {
	if !r.rules.Off {
		r.learnSecrets()
	}
	at, ok := placeOf(place)
	if !ok {
		return fmt.Sprintf("%q is not a place; ask for header, cookie, query, path, form, body, content or variable, or for the place of a finding, such as request header X-Own", place)
	}
	if name == "" {
		name = at.name
	}
	what, reason := r.explain(at, name, value)
	return fmt.Sprintf("%s: %s, because %s", strings.TrimSuffix(at.word+" "+lower(name), " "), what, reason)
}

// Secrets returns the secrets on a tape as reports print them, each with its reason. See
// [Redactor.Scan].
func (r *Redactor) Secrets(c *cassette.Cassette) (secrets []string) {
	for _, finding := range r.Scan(c) {
		text := finding.String() + ", because " + r.reason(finding)
		if finding.Place == inSpec {
			text += "; it is the text of the spec: write another one, which may be in the name of the file too, or set vcr.Name"
		}
		secrets = append(secrets, text)
	}
	return secrets
}

// reason is [Finding.Reason] by the rules of r.
func (r *Redactor) reason(f Finding) string {
	at, _ := placeOf(f.Place)
	in := at.in
	switch {
	case isFormat(f.Kind), f.Kind == userInURL:
	case in == inHeader && r.names.isForced(inHeader, []byte(f.Kind)):
		return "RedactHeaders names it"
	case r.names.isForced(inQuery, []byte(f.Kind)):
		return "RedactQuery names it"
	case in == inBody && slices.ContainsFunc(r.rules.Body, func(path string) bool { return strings.Contains(path, f.Kind) }):
		return "RedactBody names it"
	}
	return f.Reason()
}

// Reason tells why a finding is one by the default rules.
func (f Finding) Reason() string {
	switch {
	case isFormat(f.Kind):
		return "it has the format of one"
	case f.Kind == userInURL:
		return "they are before the @ of a URL"
	}
	at, _ := placeOf(f.Place)
	in := at.in
	// A header may hold a URL, and a body a form.
	for _, in := range [...]place{in, inQuery, inForm, inBody, inVariable} {
		switch ruling := judge(in, f.Kind); ruling.verdict {
		case secret:
			return ruling.reason(in)
		case ifDrawn:
			return ruling.reason(in) + " if the value is drawn at random, and it is"
		}
	}
	if in != inHeader && oauthNames.has([]byte(f.Kind)) {
		return "it is beside other names of OAuth, and drawn at random"
	}
	return "its value begins with the scheme of a credential"
}

func isFormat(kind string) bool {
	return slices.ContainsFunc(keyFormats, func(f keyFormat) bool { return f.kind == kind })
}

// An explained place is one of which a user asks.
type explainedPlace struct {
	in         place
	word       string // what users call it
	name       string // in the place of a finding
	inResponse bool
}

// explainedPlaces are the places by their words. Names decide in most of them.
var explainedPlaces = map[string]place{
	"header": inHeader, "cookie": inHeader, "query": inQuery, "path": inQuery, "form": inForm, "body": inBody, "content": inBody, "variable": inVariable,
}

// placeOf reads a place: a word, or what a [Finding] has, such as "response body $.token"
// and "request header X-Own".
func placeOf(text string) (p explainedPlace, ok bool) {
	text = strings.TrimSpace(text)
	if in, ok := explainedPlaces[lower(text)]; ok {
		return explainedPlace{in: in, word: lower(text)}, true
	}
	from, rest, _ := strings.Cut(text, " ")
	what, name, _ := strings.Cut(rest, " ")
	p.inResponse = from == "response"
	switch what {
	case "header", "trailer":
		p.in, p.word, p.name = inHeader, "header", name
	case "URL":
		p.in, p.word = inQuery, "query"
	case "body":
		p.in, p.word, p.name = inBody, "body", lastNameOf(name)
	default:
		return p, false
	}
	return p, from == "request" || from == "response"
}

// lastNameOf returns the name at the end of a path in JSON.
func lastNameOf(path string) string {
	names := strings.FieldsFunc(strings.TrimPrefix(path, "$"), func(r rune) bool { return strings.ContainsRune(`.[]'"`, r) })
	for _, name := range slices.Backward(names) {
		if strings.Trim(name, "0123456789") != "" {
			return name
		}
	}
	return ""
}

const (
	stays    = "stays"
	replaced = "replaced"
)

func (r *Redactor) explain(at explainedPlace, name, value string) (what, reason string) {
	options := [...]string{inHeader: "Headers", inQuery: "Query", inForm: "Body", inBody: "Body", inVariable: ""}
	in, header := at.in, []byte(name)
	if at.word == "cookie" {
		header, name = []byte("cookie"), name+"="+value
	}
	switch {
	case r.rules.Off:
		return stays, "redaction is off"
	case isPlaceholder([]byte(value)):
		return stays, "it is a placeholder"
	case at.word == "content":
		reason = "names do not decide in what a model or a person said"
	case at.word == "path":
		reason = "names do not decide in the path of a URL"
	case in == inVariable:
		if what, reason = r.explainVariable(name, value); what == replaced {
			return what, reason
		}
	case r.names.isForced(in, header), in == inBody && slices.ContainsFunc(r.rules.Body, func(path string) bool { return strings.EqualFold(path, "$.."+name) }):
		return replaced, "Redact" + options[in] + " names it"
	case r.names.keeps(in, header):
		reason = "Keep" + options[in] + " names it"
	case at.word == "cookie":
		if !holdsPreferences(header, name) {
			return replaced, "cookies are secret, but for preferences such as lang=en"
		}
		reason = "it is a preference"
	case in == inHeader && urlHeaders.has(header):
		if shown := r.redirect(value); shown != value {
			return replaced + " in part", "a URL keeps all but the secrets in it: " + shown
		}
		reason = "a URL keeps all but the secrets in it, and there is none"
	default:
		var isSecret bool
		if isSecret, reason = r.explainName(at, name, value); isSecret {
			return replaced, reason
		}
	}
	if kind := formatOf(value); kind != "" {
		return replaced, "it has the format of this kind: " + kind
	}
	if r.known.isSearched(value) {
		return replaced, "it is known as a secret"
	}
	return stays, reason
}

// redirect returns the URL of a header without its secrets. It learns nothing.
func (r *Redactor) redirect(raw string) string {
	w := r.newWalk()
	defer r.release(w)
	w.learns, w.unnumbered, w.layer = false, true, byName
	raw = w.address("", raw, true)
	w.layer = byValue
	return w.address("", raw, true)
}

// explainName tells what the rule book says of a name, and of the value under it.
func (r *Redactor) explainName(at explainedPlace, name, value string) (isSecret bool, reason string) {
	in, w := at.in, walk{r: r, inResponse: at.inResponse}
	v := r.names.verdict(in, []byte(name))
	reason = judge(in, name).reason(in)
	isSecret = w.isSecret(in, name, value, v)
	switch {
	case in == inHeader && w.headerVerdict([]byte(name), value) != v:
		if v == secret {
			return false, "its cookies hold preferences"
		}
		return true, "the value begins with the scheme of a credential"
	case v == secret && !isSecret:
		return false, reason + ", but the value is a word of documentation, or text for people"
	case v == ifDrawn && isSecret:
		return true, reason + " if the value is drawn at random, and it is"
	case v == ifDrawn:
		return false, reason + " if the value is drawn at random, and it is not"
	case v == kept && (strings.EqualFold(name, "code") || strings.EqualFold(name, "state")) && in != inHeader:
		return false, reason + ", except if it is drawn at random and one of OAuth: beside client_id, redirect_uri or grant_type, in a Location, or at the path of a login"
	}
	return isSecret, reason
}

// explainVariable tells whether a variable of the environment is searched for.
func (r *Redactor) explainVariable(name, value string) (what, reason string) {
	reason = judge(inVariable, name).reason(inVariable)
	isNamed := r.rules.isSecretVariable(name)
	if r.rules.Environment != nil {
		reason = map[bool]string{true: "SecretVariables names it", false: "SecretVariables does not name it"}[isNamed]
	} else if len(addressParts(value)) > 0 {
		return replaced, "the value is an address with a user or a password, which are searched for"
	}
	switch {
	case !isNamed:
		return stays, reason
	case len(value) < shortestSecret:
		return stays, reason + ", but values under 8 bytes are not searched for"
	case len(variableParts(name, value)) > 0:
		return replaced, reason
	}
	return stays, reason + ", but the value is a path, an address, a number, words or a dummy"
}

// reason says in words what the rules say of a name.
func (r ruling) reason(in place) string {
	where := [...]string{inHeader: "headers", inQuery: "queries", inForm: "forms", inBody: "bodies", inVariable: "variables"}[in]
	head := r.head
	if r.plural {
		head += "s"
	}
	switch {
	case r.list != "":
		return "it is on " + r.list
	case head == "":
		return "it has no words"
	case r.verdict == kept && rulesByHead[r.head] == nil:
		return fmt.Sprintf("names that end in %s are not secret", head)
	}
	name := "the name " + head + " alone is"
	if r.after != "" {
		name = fmt.Sprintf("names that end in %s after %s are", head, r.after)
	}
	if r.verdict == kept {
		name += " not"
	}
	return name + " secret in " + where
}

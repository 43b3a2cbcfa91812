package redaction

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// Explain tells what happens to a value under a name, and why, such as "header
// x-my-token: replaced, because names that end in token after my are secret in headers".
// Place is header, query, form, body, content or variable, or the place of a [Finding].
// What RedactBody selects is only known by its name.
func (r *Redactor) Explain(place, name, value string) string {
	if !r.rules.Off {
		r.learnSecrets()
	}
	in, isSaid := placeOf(place)
	replaced, reason := r.explain(in, isSaid, name, value)
	what := "stays"
	if replaced {
		what = "replaced"
	}
	return fmt.Sprintf("%s %s: %s, because %s", placeWord(in, isSaid), lower(name), what, reason)
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
	in, _ := placeOf(f.Place)
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
	in, _ := placeOf(f.Place)
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

// placeOf reads the name of a place. A path in JSON may hold any word.
func placeOf(text string) (in place, isSaid bool) {
	text, _, _ = strings.Cut(text, " $")
	switch text = strings.ToLower(text); {
	case strings.Contains(text, "header"), strings.Contains(text, "trailer"):
		return inHeader, false
	case strings.Contains(text, "url"), strings.Contains(text, "query"):
		return inQuery, false
	case strings.Contains(text, "form"):
		return inForm, false
	case strings.Contains(text, "variable"), strings.Contains(text, "environment"):
		return inVariable, false
	case strings.Contains(text, "content"):
		return inBody, true
	}
	return inBody, false
}

func placeWord(in place, isSaid bool) string {
	if isSaid {
		return "content"
	}
	return [...]string{inHeader: "header", inQuery: "query", inForm: "form", inBody: "body", inVariable: "variable"}[in]
}

func (r *Redactor) explain(in place, isSaid bool, name, value string) (replaced bool, reason string) {
	w := walk{r: r}
	options := [...]string{inHeader: "Headers", inQuery: "Query", inForm: "Body", inBody: "Body", inVariable: ""}
	bytes := []byte(name)
	switch {
	case r.rules.Off:
		return false, "redaction is off"
	case isPlaceholder([]byte(value)):
		return false, "it is a placeholder"
	case isSaid:
		reason = "names do not decide in what a model or a person said"
	case r.names.isForced(in, bytes), in == inBody && slices.ContainsFunc(r.rules.Body, func(path string) bool { return strings.EqualFold(path, "$.."+name) }):
		return true, "Redact" + options[in] + " names it"
	case r.names.keeps(in, bytes):
		reason = "Keep" + options[in] + " names it"
	default:
		v := r.names.verdict(in, bytes)
		reason = judge(in, name).reason(in)
		switch {
		case in == inVariable:
			if parts := variableParts(name, value); v != kept && len(parts) > 0 || len(addressParts(value)) > 0 {
				return true, reason
			} else if v != kept {
				reason += ", but the value is a path, an address, a number, words or a dummy"
			}
		case in == inHeader && w.headerVerdict(bytes, value) == secret && v == kept:
			return true, "the value begins with the scheme of a credential"
		case v == secret && !w.isSecret(in, name, value, v):
			reason += ", but the value is a word of documentation"
		case v == secret:
			return true, reason
		case v == ifDrawn && w.isSecret(in, name, value, v):
			return true, reason + " if the value is drawn at random, and it is"
		case v == ifDrawn:
			reason += " if the value is drawn at random, and it is not"
		}
	}
	if kind := formatOf(value); kind != "" {
		return true, "it has the format of this kind: " + kind
	}
	if r.known.isSearched(value) {
		return true, "it is known as a secret"
	}
	return false, reason
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

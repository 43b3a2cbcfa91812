package redact

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
)

// A Secret is a value that must not reach a tape, wherever it stands.
type Secret struct {
	Name  string // the placeholder's name
	Value string // replaced as it is, percent-encoded and as JSON escapes it; shorter than 8 bytes: ignored
}

// shortestSecret is the length in bytes below which a value says too little to
// be searched for: it would be found in innocent text.
const shortestSecret = 8

func (s sweep) text(text string) string {
	if len(s.secrets) == 0 {
		return text
	}
	return string(s.bytes([]byte(text)))
}

func (s sweep) bytes(b []byte) []byte {
	for _, secret := range s.secrets {
		for _, form := range s.forms(secret.Value) {
			if bytes.Contains(b, []byte(form)) {
				b = bytes.ReplaceAll(b, []byte(form), []byte(s.place(secret.Name, secret.Value)))
			}
		}
	}
	return b
}

// formsOf remembers what [forms] returns, for every request asks for it.
func (r *Redactor) formsOf(value string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.forms[value] == nil {
		r.forms[value] = forms(value)
	}
	return r.forms[value]
}

// forms returns the ways in which a value stands in a message: as it is, as a
// part of a URL or form, and inside a JSON string, with and without the escapes
// that Go's encoder adds for HTML.
func forms(value string) []string {
	var plain bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // a string always has a JSON form
	escaped, _ := json.Marshal(value)
	all := []string{
		value, url.QueryEscape(value), url.PathEscape(value),
		plain.String()[1 : plain.Len()-len("\"\n")], string(escaped[1 : len(escaped)-1]),
	}
	slices.Sort(all)
	return slices.Compact(all)
}

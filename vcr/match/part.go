package match

import (
	"fmt"
	"slices"
	"strings"
)

// A Part is a part of a request that counts when it is matched. The parts are
// the constants below and what [Header] returns; any other word is an error of
// [New].
type Part string

// The parts of a request. The default is [Method], [URL] and [Body].
const (
	Method Part = "method" // as it is written
	Scheme Part = "scheme" // http or https
	Host   Part = "host"   // the name or address, in lower case, without the port
	Port   Part = "port"   // also the one that the scheme implies
	Path   Part = "path"   // with its escapes; an empty one is /
	Query  Part = "query"  // the parameters by name, the values of one name in their order
	URL    Part = "URL"    // all of scheme, host, port, path and query

	// Body is the body by its Content-Type: JSON by value, forms by field,
	// multipart by part, anything else by its bytes, all without their
	// Content-Encoding.
	Body Part = "body"
	// RawBody is the body as it was sent, to the byte. No rule about bodies
	// changes it.
	RawBody Part = "raw body"
	// JSONBody, FormBody and MultipartBody are the body as such a type, whatever
	// its Content-Type says. One that is none is compared by its bytes.
	JSONBody      Part = "JSON body"
	FormBody      Part = "form body"
	MultipartBody Part = "multipart body"
)

const headers = "header "

// anyHeader is the part in a [Difference] that is about a header.
const anyHeader Part = "header"

// Header is the values of the named headers, in their order; spelling does not
// matter. Without names it is all headers but those that say nothing about what
// is asked for: credentials, tracing, the client's own version and the like.
// [Rules.IgnoreHeaders] adds to those.
func Header(names ...string) Part { return Part(headers + strings.Join(names, ",")) }

// known lists the words that a Part may be.
var known = []Part{Method, Scheme, Host, Port, Path, Query, URL, Body, RawBody, JSONBody, FormBody, MultipartBody}

// Code returns the part as the code that names it, such as match.Path.
func (p Part) Code() string {
	if names, ok := strings.CutPrefix(string(p), headers); ok {
		if names == "" {
			return "match.Header()"
		}
		return "match.Header(" + strings.Join(quoted(strings.Split(names, ",")), ", ") + ")"
	}
	words := strings.Fields(string(p))
	for n, word := range words {
		words[n] = strings.ToUpper(word[:1]) + word[1:]
	}
	return "match." + strings.Join(words, "")
}

func codes(parts []Part) []string {
	codes := make([]string, len(parts))
	for n, part := range parts {
		codes[n] = part.Code()
	}
	return codes
}

func (p Part) check() error {
	names, isHeader := strings.CutPrefix(string(p), headers)
	switch {
	case !isHeader && !slices.Contains(known, p):
		return fmt.Errorf("MatchOn(%q): unknown part of a request; known are %s, and match.Header(names...)", string(p), listed(known))
	case isHeader && names != "":
		for name := range strings.SplitSeq(names, ",") {
			if !isToken(name) {
				return fmt.Errorf("MatchOn(match.Header(%q)): is no name of a header; give one such as Accept-Language", name)
			}
		}
	}
	return nil
}

func listed(parts []Part) string {
	words := make([]string, len(parts))
	for n, part := range parts {
		words[n] = string(part)
	}
	return strings.Join(words, ", ")
}

// isToken reports whether a name can be that of a header, by RFC 9110.
func isToken(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7F || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

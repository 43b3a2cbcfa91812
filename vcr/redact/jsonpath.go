package redact

import (
	"bytes"
	"encoding/json"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// jsonPaths are the JSONPaths of the user.
type jsonPaths []*jsonpath.Path

// selection is the paths to which JSONPaths lead in one document, by their hash,
// with the name in which each ends.
type selection map[uint64]string

// in returns what is selected in the JSON that begins at the first brace or
// bracket of a text; nothing where that is no JSON.
func (paths jsonPaths) in(text []byte) selection {
	at := bytes.IndexAny(text, "{[")
	if at < 0 {
		return nil
	}
	var document any
	decoder := json.NewDecoder(bytes.NewReader(text[at:]))
	decoder.UseNumber()
	if decoder.Decode(&document) != nil {
		return nil
	}
	selected := selection{}
	for _, path := range paths {
		for located := range path.SelectLocated(document).Paths() {
			name, members := "body", make([]any, 0, len(located))
			for _, member := range located {
				switch member := member.(type) {
				case spec.Name:
					name, members = string(member), append(members, string(member))
				case spec.Index:
					members = append(members, int(member))
				}
			}
			selected[media.HashPath(members...)] = name
		}
	}
	return selected
}

// above returns the name of the selected value that a path leads to or into.
func (s selection) above(path []media.Step) (name string, ok bool) {
	if name, ok = s[media.HashPath()]; ok {
		return name, true
	}
	for _, step := range path {
		if name, ok = s[step.Hash]; ok {
			return name, true
		}
	}
	return "", false
}

package redact

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

var anyPlaceholder = regexp.MustCompile(regexp.QuoteMeta(PlaceholderPrefix) + `[^\]]+\]`)

// Restore returns an interaction whose response has usable values in the place
// of placeholders: what the function returns for each, which is the placeholder
// itself where nothing is to be restored. Headers, trailers and the body are
// restored, also a compressed one; in JSON and in streams of it, the value is
// escaped as a string needs it. Lengths and chunks follow. It returns i itself if
// nothing changes, and never changes i.
func Restore(i *cassette.Interaction, restore func(placeholder string) string) *cassette.Interaction {
	restored := i.Clone()
	r := &restored.Response
	changed := restoreHeader(r.Header, restore)
	changed = restoreHeader(r.Trailer, restore) || changed
	coding := headerOf(r.Header, "Content-Encoding")
	body := r.Body.Bytes()
	plain, isCoded := cassette.Decode(coding, body)
	if isCoded {
		body = plain
	}
	edits := restoring(media.KindOf(headerOf(r.Header, "Content-Type")), body, restore)
	switch {
	case len(edits) == 0 && !changed:
		return i
	case len(edits) == 0:
		return restored
	case isCoded:
		body, r.Chunks = cassette.Encode(coding, media.Apply(body, edits)), nil
	default:
		body, r.Chunks = media.Apply(body, edits), moveChunks(r.Chunks, edits)
	}
	grown := len(body) - r.Body.Len()
	follow(r.Header, grown)
	if r.Length != nil && *r.Length >= 0 {
		*r.Length += int64(grown)
	}
	r.Body = cassette.NewBody(body)
	return restored
}

func restoreHeader(header http.Header, restore func(string) string) (changed bool) {
	for _, values := range header {
		for n, value := range values {
			if strings.Contains(value, PlaceholderPrefix) {
				values[n] = anyPlaceholder.ReplaceAllStringFunc(value, restore)
				changed = changed || values[n] != value
			}
		}
	}
	return changed
}

// restoring returns the edits that restore values in a body.
func restoring(kind media.Kind, body []byte, restore func(string) string) []media.Edit {
	if !bytes.Contains(body, []byte(PlaceholderPrefix)) {
		return nil
	}
	inStrings := kind == media.JSON || kind == media.NDJSON || kind == media.SSE
	var edits []media.Edit
	for _, at := range anyPlaceholder.FindAllIndex(body, -1) {
		placeholder := string(body[at[0]:at[1]])
		value := restore(placeholder)
		if value == placeholder {
			continue
		}
		if inStrings {
			quoted, _ := json.Marshal(value) // a string always has a JSON form
			value = string(quoted[1 : len(quoted)-1])
		}
		edits = append(edits, media.Edit{Start: at[0], End: at[1], Text: value})
	}
	return edits
}

package drift

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// EqualButForNoise reports whether two answers say the same: they have one status, media
// type and end, and bodies that are equal but for ids, times and fingerprints. That is
// stricter than [Same], for which the text of an answer is noise, too. Both are decoded.
func EqualButForNoise(old, new *cassette.Interaction) bool {
	a, b := &old.Response, &new.Response
	before, now := a.Header.Get("Content-Type"), b.Header.Get("Content-Type")
	if a.Status != b.Status || before != now || a.End != b.End || old.Error != nil || new.Error != nil {
		return false
	}
	if bytes.Equal(a.Body.Bytes(), b.Body.Bytes()) {
		return true
	}
	x, y := plainBody(a), plainBody(b)
	if len(x) > maxBody || len(y) > maxBody {
		return false
	}
	kind := media.KindOf(now)
	if kind != media.SSE && kind != media.NDJSON {
		return bytes.Equal(x, y) || equalJSON(x, y)
	}
	records, others := cut(x, media.Records(kind, x)), cut(y, media.Records(kind, y))
	return slices.EqualFunc(records, others, func(x, y []byte) bool {
		return bytes.Equal(x, y) || equalLines(x, y)
	})
}

// plainBody returns a body without its coding, if that can be read.
func plainBody(r *cassette.Response) []byte {
	if plain, ok := media.Decompress(r.Header.Get("Content-Encoding"), r.Body.Bytes()); ok {
		return plain
	}
	return r.Body.Bytes()
}

// cut returns the records of a stream, with what follows the last end.
func cut(body []byte, ends []int) [][]byte {
	var records [][]byte
	start := 0
	for _, end := range append(ends, len(body)) {
		records, start = append(records, body[start:end]), end
	}
	return records
}

// equalLines compares the lines of an event, or a line of JSON.
func equalLines(x, y []byte) bool {
	return slices.EqualFunc(bytes.Split(x, []byte{'\n'}), bytes.Split(y, []byte{'\n'}), func(x, y []byte) bool {
		if bytes.Equal(x, y) {
			return true
		}
		a, isA := bytes.CutPrefix(x, []byte("data:"))
		b, isB := bytes.CutPrefix(y, []byte("data:"))
		if id := []byte("id:"); bytes.HasPrefix(x, id) && bytes.HasPrefix(y, id) {
			return true
		}
		return isA == isB && equalJSON(a, b)
	})
}

func equalJSON(x, y []byte) bool {
	a, errA := media.ParseJSON(bytes.TrimSpace(x))
	b, errB := media.ParseJSON(bytes.TrimSpace(y))
	return errA == nil && errB == nil && equalValues("", a, b, 0)
}

func equalValues(name string, old, new any, depth int) bool {
	if depth > maxDepth {
		return false
	}
	switch a := old.(type) {
	case map[string]any:
		b, ok := new.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for name, x := range a {
			if y, ok := b[name]; !ok || !equalValues(name, x, y, depth+1) {
				return false
			}
		}
		return true
	case []any:
		b, ok := new.([]any)
		return ok && slices.EqualFunc(a, b, func(x, y any) bool { return equalValues(name, x, y, depth+1) })
	case string:
		b, ok := new.(string)
		return ok && (a == b || isNoise(name))
	case json.Number:
		b, ok := new.(json.Number)
		return ok && (a == b || isNoise(name))
	}
	return old == new
}

// isNoise reports whether a field holds an id, a time or a fingerprint, by its name.
func isNoise(name string) bool {
	switch name {
	case "id", "created", "updated", "modified", "date", "time", "timestamp", "etag", "system_fingerprint", "thoughtSignature", "signature", "obfuscation":
		return true
	}
	for _, end := range []string{"_id", "Id", "ID", "_at", "At", "_time", "Time", "_date", "Date", "_ms", "_duration", "_per_second"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

package match

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/theory/jsonpath/spec"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// mostChanged bounds in bytes how much is written to try changes of one text.
const mostChanged = 16 << 20

// tryValue changes the value of a field: what is in it if it is JSON.
func tryValue(at step, value []byte, with func(at string, dropped bool, value []byte)) {
	if _, isText := fieldValue(value, media.Other).(string); !isText {
		tryJSON(&at, value, with)
		return
	}
	with(at.String(), false, []byte(other(string(value))))
	with(at.String(), true, nil)
}

// tryJSON changes each value in a JSON text that holds no others, and drops each
// but the whole.
func tryJSON(at *step, text []byte, with func(at string, dropped bool, text []byte)) {
	fresh := func() any {
		value, _ := media.ParseJSON(text) // it was parsed before
		return value
	}
	tried, most := 0, min(mostChanges, mostChanged/len(text)+1)
	walk(at, nil, fresh(), func(at *step, path spec.NormalizedPath, value any) {
		if tried++; tried > most {
			return
		}
		if len(path) > 0 {
			with(at.String(), true, media.AppendJSON(nil, withoutMarked(edit(fresh(), path, ignored{}))))
		}
		switch v := value.(type) {
		case map[string]any, []any:
			return
		case string:
			value = other(v)
		case json.Number:
			value = otherNumber(v)
		case bool:
			value = !v
		default:
			value = true
		}
		with(at.String(), false, media.AppendJSON(nil, edit(fresh(), path, value)))
	})
}

func walk(at *step, path spec.NormalizedPath, value any, visit func(*step, spec.NormalizedPath, any)) {
	visit(at, path, value)
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			walk(&step{at, name, -1}, append(slices.Clip(path), spec.Name(name)), v[name], visit)
		}
	case []any:
		for n, item := range v {
			walk(&step{at, "", n}, append(slices.Clip(path), spec.Index(n)), item, visit)
		}
	}
}

// other returns another text of the same form: its last digit, or else its last
// letter, is another one.
func other(text string) string {
	b := []byte(text)
	for _, span := range []string{"0123456789", "abcdefABCDEF", "ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ"} {
		for n := len(b) - 1; n >= 0; n-- {
			if at := strings.IndexByte(span, b[n]); at >= 0 {
				b[n] = span[(at+1)%len(span)]
				return string(b)
			}
		}
	}
	return text + "~"
}

func otherNumber(n json.Number) json.Number {
	if equal(n, json.Number("1")) {
		return "2"
	}
	return "1"
}

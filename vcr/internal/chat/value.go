package chat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A value is JSON as it is written. The zero value is none, which every method takes for
// an empty one. Nothing is parsed before it is asked for.
type value []byte

// at returns the value at a path such as "choices.0.message". A step modality=AUDIO
// finds the element of an array whose member "modality" is that. Of members with one
// name, the last counts. None is returned for null.
func (v value) at(path string) value {
	for isMore := true; isMore; {
		var step string
		step, path, isMore = strings.Cut(path, ".")
		v = v.step(step)
	}
	if string(v) == "null" {
		return nil
	}
	return v
}

func (v value) step(step string) (found value) {
	if len(v) == 0 {
		return nil
	}
	if v[0] == '[' {
		name, wanted, isSearch := strings.Cut(step, "=")
		left, err := strconv.Atoi(step)
		for item := range v.items() {
			if isSearch && item.at(name).text() == wanted || err == nil && left == 0 {
				return item
			}
			left--
		}
		return nil
	}
	for key, member := range media.Members(v) {
		if string(key) == step || bytes.IndexByte(key, '\\') >= 0 && string(media.Unquote(nil, key)) == step {
			found = member
		}
	}
	return found
}

// items returns the elements of an array, or nothing.
func (v value) items() iter.Seq[value] {
	return func(yield func(value) bool) {
		if len(v) == 0 || v[0] != '[' {
			return
		}
		for _, item := range media.Members(v) {
			if !yield(item) {
				return
			}
		}
	}
}

func (v value) trimmed() value { return bytes.TrimLeft(v, " \t\r\n") }

func (v value) isThere() bool { return len(v) > 0 && string(v) != "null" }

func (v value) isText() bool { return len(v) > 1 && v[0] == '"' && v[len(v)-1] == '"' }

// text returns the text of a string, "" for anything else.
func (v value) text() string {
	if !v.isText() {
		return ""
	}
	content := v[1 : len(v)-1]
	if bytes.IndexByte(content, '\\') < 0 {
		return string(content)
	}
	return string(media.Unquote(nil, content))
}

// shown says what the value is where a number should be. It quotes only numbers, which
// hold no secret.
func (v value) shown() string {
	switch {
	case len(v) > 0 && bytes.IndexFunc(v, func(r rune) bool { return !strings.ContainsRune("0123456789.+-eE", r) }) < 0:
		return fmt.Sprintf("%.40s", []byte(v))
	case len(v) > 0 && v[0] == '{':
		return "an object"
	case len(v) > 0 && v[0] == '[':
		return "an array"
	default:
		return "a text"
	}
}

// textAt is short for the text at a path.
func (v value) textAt(path string) string { return v.at(path).text() }

// index returns a small number, 0 for anything else.
func (v value) index() int {
	n := 0
	for _, digit := range v {
		if digit < '0' || digit > '9' || n > 1e6 {
			return 0
		}
		n = 10*n + int(digit-'0')
	}
	return n
}

// JSON returns the value in one line, and the text of a string, which often holds JSON.
func (v value) json() string {
	if v.isText() {
		return v.text()
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, v); err != nil {
		return string(v)
	}
	return compact.String()
}

// upload returns the body of a request as JSON: that of a multipart form is an object
// with a text for each field, and what a file is in the place of the file.
func upload(header http.Header, request []byte) value {
	_, sections, ok := media.CutMultipart(header.Get("Content-Type"), request)
	if !ok {
		return request
	}
	fields := map[string]string{}
	for _, section := range sections[:min(len(sections), maxPieces)] {
		kind, name, file := headOf(section.Head)
		if file != "" || kind != "" && !strings.HasPrefix(kind, "text/") {
			fields[name] = fmt.Sprintf("%s, %s, %d bytes", file, kind, len(section.Content))
		} else {
			fields[name] = string(section.Content)
		}
	}
	object, _ := json.Marshal(fields) // of texts always has JSON
	return object
}

// headOf reads the headers of a part of a form.
func headOf(head []byte) (kind, name, file string) {
	for line := range strings.Lines(string(head)) {
		header, text, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch strings.ToLower(header) {
		case "content-type":
			kind = strings.TrimSpace(text)
		case "content-disposition":
			_, params, err := mime.ParseMediaType(text)
			if err == nil {
				name, file = params["name"], params["filename"]
			}
		}
	}
	return kind, name, file
}

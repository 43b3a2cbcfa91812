package drift

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// maxBody is the size in bytes up to which a body is read.
const maxBody = 16 << 20

// A form is what a body is.
type form string

const (
	isNothing form = "an empty body"
	isJSON    form = "JSON"
	isEvents  form = "server-sent events"
	isLines   form = "lines of JSON"
	isFrames  form = "an AWS event stream"
	isText    form = "text"
	isBytes   form = "bytes"
)

// An answer is what is compared of a response.
type answer struct {
	status    int // 0 if there was no response
	mediaType string
	form      form
	shape     *shape // nil if the body has none
	isCut     bool   // the body did not reach its end
	isBroken  bool   // for it failed
	problem   string // why it has no shape, if it should have one
}

// readAnswer reads the response of an interaction that is decoded.
func (r *ruleSet) readAnswer(i *cassette.Interaction) answer {
	a := answer{status: i.Response.Status, isCut: i.Response.End != "", isBroken: i.Response.End == cassette.EndAborted}
	if i.Error != nil && a.status == 0 {
		a.problem = i.Error.Message
		return a
	}
	contentType := i.Response.Header.Get("Content-Type")
	a.mediaType, _, _ = strings.Cut(contentType, ";")
	a.mediaType = strings.ToLower(strings.TrimSpace(a.mediaType))
	body := i.Response.Body.Bytes()
	switch coding := i.Response.Header.Get("Content-Encoding"); {
	case len(body) > maxBody:
		a.form, a.problem = isBytes, "it is larger than 16 MiB"
		return a
	case coding == "" || strings.EqualFold(coding, "identity") || len(body) == 0:
	default:
		plain, ok := media.Decompress(coding, body)
		if !ok && (!a.isCut || len(plain) == 0) {
			a.form, a.problem = isBytes, "its Content-Encoding, "+coding+", cannot be read"
			return a
		}
		if body = plain; len(body) > maxBody {
			a.form, a.problem = isBytes, "it is larger than 16 MiB"
			return a
		}
	}
	a.readBody(r, media.KindOf(contentType), body)
	return a
}

func (a *answer) readBody(r *ruleSet, kind media.Kind, body []byte) {
	text := bytes.TrimSpace(body)
	if len(text) == 0 {
		a.form = isNothing
		return
	}
	if kind == media.Other && (bytes.HasPrefix(text, []byte("data:")) || bytes.HasPrefix(text, []byte("event:"))) {
		kind = media.SSE
	}
	w := walker{rules: r}
	isStream := false
	switch kind {
	case media.SSE:
		a.form, isStream = isEvents, a.readEvents(&w, body)
	case media.NDJSON:
		a.form, isStream = isLines, a.readLines(&w, body)
	case media.Frames:
		a.form, isStream = isFrames, a.readFrames(&w, body)
	}
	if a.form != "" && (isStream || a.isCut) {
		return
	}
	if text[0] == '{' || text[0] == '[' || kind == media.JSON {
		if value, err := media.ParseJSON(text); err == nil {
			a.form = isJSON
			a.shape = w.document(value)
			return
		}
		if a.form = isLines; a.readLines(&w, body) {
			return
		}
		a.shape, a.form = nil, isJSON
		if a.isCut {
			a.problem = "it breaks off"
			return
		}
	}
	a.form = isBytes
	if kind == media.Text || a.mediaType == "" || kind != media.Other && utf8.Valid(text) {
		a.form = isText
	}
	a.shape = nil
	switch kind {
	case media.JSON:
		a.problem = "it is not JSON, as its Content-Type says"
	case media.SSE, media.NDJSON, media.Frames:
		a.problem = "it is not a stream, as its Content-Type says"
	}
}

// records cuts a stream into its records. The last one may lack its end, unless the
// stream broke off there.
func (a *answer) records(kind media.Kind, body []byte) [][]byte {
	var records [][]byte
	start := 0
	for _, end := range media.Records(kind, body) {
		records, start = append(records, body[start:end]), end
	}
	if start < len(body) && !a.isCut {
		records = append(records, body[start:])
	}
	return records
}

// readEvents returns false if the body has neither an event nor a comment.
func (a *answer) readEvents(w *walker, body []byte) bool {
	any := false
	w.begin()
	for _, record := range a.records(media.SSE, body) {
		var name string
		var data [][]byte
		for line := range bytes.SplitSeq(bytes.ReplaceAll(record, []byte{'\r'}, []byte{'\n'}), []byte{'\n'}) {
			field, value, ok := bytes.Cut(line, []byte{':'})
			value = bytes.TrimPrefix(value, []byte{' '})
			switch string(field) {
			case "", "id", "retry": // the first is a comment
				any = any || ok
			case "event":
				name = string(value)
			case "data":
				data = append(data, value)
			}
		}
		if name == "" && len(data) == 0 {
			continue
		}
		any = true
		w.event(name, bytes.Join(data, []byte{'\n'}))
	}
	a.shape = w.finish()
	return any
}

// readLines returns false if a line is not JSON, or if there is none.
func (a *answer) readLines(w *walker, body []byte) bool {
	any := false
	w.begin()
	for _, line := range a.records(media.NDJSON, body) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		value, err := media.ParseJSON(line)
		if err != nil {
			return false
		}
		any = true
		w.record("", value)
	}
	a.shape = w.finish()
	return any
}

// readFrames returns false if the frames cannot be opened.
func (a *answer) readFrames(w *walker, body []byte) bool {
	if ends := media.Records(media.Frames, body); a.isCut && len(ends) > 0 {
		body = body[:ends[len(ends)-1]]
	}
	coding, text, ok := media.FindCoding("application/vnd.amazon.eventstream", "", body)
	if !ok || coding.String() != "eventstream" {
		return false
	}
	w.begin()
	for event := range bytes.SplitSeq(bytes.TrimSuffix(text, []byte("\n\n")), []byte("\n\n")) {
		var name string
		for len(event) > 0 && event[0] == ':' {
			var line []byte
			line, event, _ = bytes.Cut(event, []byte{'\n'})
			for _, header := range []string{":event-type: ", ":exception-type: ", ":error-code: "} {
				if value, ok := bytes.CutPrefix(line, []byte(header)); ok {
					name = string(value)
				}
			}
		}
		w.event(name, event)
	}
	a.shape = w.finish()
	return true
}

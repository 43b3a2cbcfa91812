package redaction

import (
	"bytes"
	"net/http"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// frames are the binary event stream of a body. Their text is read as server-sent events
// are: base64 would hide secrets, and checksums would not fit after a replacement.
type frames struct {
	body []byte // the whole frames, without one that breaks off
	text []byte
	made media.Coding
}

// textOfFrames is the type of the text.
const textOfFrames = "text/event-stream"

func openFrames(header http.Header, body []byte) (f frames, ok bool) {
	if len(body) == 0 || body[0] >= ' ' {
		return frames{}, false // a frame begins with its length, in four bytes
	}
	contentType := headerValue(header, "Content-Type")
	if media.KindOf(contentType) != media.Frames || headerValue(header, "Content-Encoding") != "" {
		return frames{}, false
	}
	ends := media.Records(media.Frames, body)
	if len(ends) == 0 {
		return frames{}, false
	}
	f.body = body[:ends[len(ends)-1]]
	f.made, f.text, ok = media.FindCoding(contentType, "", f.body)
	return f, ok
}

// edits returns the edits of the body that edits of its text make: each replaces a frame.
func (f frames) edits(edits []media.Edit) []media.Edit {
	if len(edits) == 0 {
		return nil
	}
	body, err := f.made.Compress(media.Apply(f.text, edits))
	before, after := media.Records(media.Frames, f.body), media.Records(media.Frames, body)
	if err != nil || len(before) != len(after) {
		// Replacements hold no line break and no brace, so this does not happen.
		return []media.Edit{{Start: 0, End: len(f.body), Text: string(body)}}
	}
	var changed []media.Edit
	start, newStart := 0, 0
	for n, end := range before {
		if frame := body[newStart:after[n]]; !bytes.Equal(frame, f.body[start:end]) {
			changed = append(changed, media.Edit{Start: start, End: end, Text: string(frame)})
		}
		start, newStart = end, after[n]
	}
	return changed
}

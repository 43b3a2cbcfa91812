package cassette

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A Chunk is a part of a streamed body that arrived together.
type Chunk struct {
	Size int // in bytes
	// Delay is the time since the part before it arrived, or the headers: whole
	// milliseconds on disk, and an hour at most.
	Delay time.Duration
}

// longestDelay bounds what a file can make a test wait for.
const longestDelay = time.Hour

// parts returns the chunks as they are kept: within the body, none of them
// empty, and nil where the body came as one.
func (r *Response) parts() []Chunk {
	var parts []Chunk
	left := r.Body.Len()
	for _, chunk := range r.Chunks {
		if size := min(chunk.Size, left); size > 0 {
			parts = append(parts, Chunk{size, min(max(chunk.Delay, 0), longestDelay)})
			left -= size
		}
	}
	if left == 0 && len(parts) == 1 {
		return nil
	}
	return parts
}

// records returns where the records of a stream end. In a compressed one they
// cannot be seen.
func (r *Response) records() []int {
	if r.Header.Get("Content-Encoding") != "" {
		return nil
	}
	return media.Records(media.KindOf(r.Header.Get("Content-Type")), r.Body.Bytes())
}

// appendChunks writes how a body arrived. A chunk is counted in the records of
// the stream that end in it (events of SSE, lines of NDJSON), so that a person
// may edit the text; where a cut falls inside a record, in bytes, as in 12B.
func appendChunks(dst []byte, r *Response) []byte {
	parts := r.parts()
	if parts == nil {
		return dst
	}
	ends := r.records()
	counts, delays := make([]string, len(parts)), make([]string, len(parts))
	at := 0
	for n, chunk := range parts {
		first, _ := slices.BinarySearch(ends, at+1)
		at += chunk.Size
		if last, found := slices.BinarySearch(ends, at); found {
			counts[n] = strconv.Itoa(last - first + 1)
		} else {
			counts[n] = strconv.Itoa(chunk.Size) + "B"
		}
		delays[n] = strconv.FormatInt(chunk.Delay.Milliseconds(), 10)
	}
	dst = append(dst, "  chunks: ["+strings.Join(counts, ", ")+"]\n"...)
	return append(dst, "  delays: ["+strings.Join(delays, ", ")+"]\n"...)
}

// readChunks is called when header and body are known. Chunks are about the
// rhythm of a body, not its content: those that go beyond it are cut.
func (r *Response) readChunks(counts, delays []string) {
	if counts == nil {
		return
	}
	ends := r.records()
	at := 0
	for n, count := range counts {
		next := r.Body.Len()
		size, isBytes := strings.CutSuffix(count, "B")
		number, _ := strconv.Atoi(size)
		if first, _ := slices.BinarySearch(ends, at+1); isBytes && number < next-at {
			next = at + number
		} else if !isBytes && number <= len(ends)-first {
			next = ends[first+number-1]
		}
		chunk := Chunk{Size: next - at}
		if n < len(delays) {
			ms, _ := strconv.Atoi(delays[n])
			chunk.Delay = time.Duration(ms) * time.Millisecond
		}
		r.Chunks = append(r.Chunks, chunk)
		at = next
	}
	r.Chunks = r.parts()
}

// intoCounts reads a list of positive numbers, which may have a unit.
func intoCounts(field *[]string, unit string, least int) func(value) error {
	return func(v value) error {
		list, err := v.list()
		if err != nil {
			return err
		}
		for _, text := range list {
			if !isCount(text, unit, least) {
				return v.fail(fmt.Sprintf("holds %.60q, which is no count", text), remedySyntax)
			}
		}
		*field = list
		return nil
	}
}

// isCount reports whether text is a number, which may have a unit. One without
// is a delay.
func isCount(text, unit string, least int) bool {
	digits := text
	if unit != "" {
		digits = strings.TrimSuffix(text, unit)
	}
	number, err := strconv.Atoi(digits)
	return err == nil && number >= least && (unit != "" || number <= int(longestDelay/time.Millisecond))
}

package cassette

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// longestDelay bounds how long a file can make a test wait for one chunk.
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

// records returns where the records of a stream end; nil for a compressed one.
func (r *Response) records() []int {
	if r.Header.Get("Content-Encoding") != "" {
		return nil
	}
	return media.Records(media.KindOf(r.Header.Get("Content-Type")), r.Body.Bytes())
}

// appendChunks writes how a body arrived. A chunk is counted in the records of
// the stream that end in it (events of SSE, lines of NDJSON), so that a person
// may edit the text. A chunk that ends inside a record is counted in bytes, as in
// 12B.
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

// readChunks is called when header and body are known. Chunks that go beyond the
// body are cut.
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

// isCount reports whether text is a number, which may have a unit. Without a unit
// it is a delay.
func isCount(text, unit string, least int) bool {
	digits := text
	if unit != "" {
		digits = strings.TrimSuffix(text, unit)
	}
	number, err := strconv.Atoi(digits)
	return err == nil && number >= least && (unit != "" || number <= int(longestDelay/time.Millisecond))
}

package cassette

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// longestDelay bounds how long a file can make a test wait for one chunk.
const longestDelay = time.Hour

// parts returns the chunks as they are kept: within the body, none of them empty
// but the end, and nil where the body came as one that waited for nothing.
func (r *Response) parts() []Chunk {
	var parts []Chunk
	var after []int // of chunks that are gone: what follows them still waits
	left := r.Body.Len()
	for _, chunk := range r.Chunks {
		if after = append(after, chunk.After...); min(chunk.Size, left) <= 0 {
			continue
		}
		part := Chunk{min(chunk.Size, left), min(max(chunk.Delay, 0), longestDelay), numbers(after)}
		parts = append(parts, part)
		left -= part.Size
		after = nil
	}
	if after = numbers(after); after != nil {
		if left > 0 {
			parts = append(parts, Chunk{Size: left})
		}
		parts = append(parts, Chunk{After: after})
	} else if left == 0 && len(parts) == 1 && parts[0].After == nil {
		return nil
	}
	return parts
}

// numbers returns the valid ones of a list, sorted; nil if there are none.
func numbers(list []int) []int {
	list = slices.DeleteFunc(list, func(n int) bool { return n < 1 || n > largestNumber })
	if len(list) == 0 {
		return nil
	}
	slices.Sort(list)
	return slices.Compact(list)
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
// 12B. The end of the body is a chunk if it waited for a request.
func appendChunks(dst []byte, r *Response) []byte {
	parts := r.parts()
	if parts == nil {
		return dst
	}
	ends := r.records()
	var counts, delays []string
	at := 0
	for _, chunk := range parts {
		count := end
		if chunk.Size > 0 {
			first, _ := slices.BinarySearch(ends, at+1)
			at += chunk.Size
			if last, found := slices.BinarySearch(ends, at); found {
				count = strconv.Itoa(last - first + 1)
			} else {
				count = strconv.Itoa(chunk.Size) + "B"
			}
			delays = append(delays, strconv.FormatInt(chunk.Delay.Milliseconds(), 10))
		}
		if chunk.After != nil {
			count += after + strings.Trim(fmt.Sprint(chunk.After), "[]")
		}
		counts = append(counts, count)
	}
	dst = append(dst, "  chunks: ["+strings.Join(counts, ", ")+"]\n"...)
	if delays == nil {
		return dst
	}
	return append(dst, "  delays: ["+strings.Join(delays, ", ")+"]\n"...)
}

// What an item of chunks may hold beside its count, as in "1 after 3 5".
const (
	end   = "end"
	after = " after "
)

// largestNumber bounds the number of an interaction.
const largestNumber = 999_999_999

// readChunks is called when header and body are known. Chunks that go beyond the
// body are cut.
func (r *Response) readChunks(items, delays []string) {
	if items == nil {
		return
	}
	ends := r.records()
	at := 0
	for n, item := range items {
		count, list, _ := strings.Cut(item, after)
		next := r.Body.Len()
		size, isBytes := strings.CutSuffix(count, "B")
		number, _ := strconv.Atoi(size)
		if first, _ := slices.BinarySearch(ends, at+1); count == end {
			next = at
		} else if isBytes && number < next-at {
			next = at + number
		} else if !isBytes && number <= len(ends)-first {
			next = ends[first+number-1]
		}
		chunk := Chunk{Size: next - at}
		if n < len(delays) {
			ms, _ := strconv.Atoi(delays[n])
			chunk.Delay = time.Duration(ms) * time.Millisecond
		}
		for word := range strings.FieldsSeq(list) {
			number, _ := parseNumber(word)
			chunk.After = append(chunk.After, number)
		}
		r.Chunks = append(r.Chunks, chunk)
		at = next
	}
	r.Chunks = r.parts()
}

// isChunk reports whether text is an item of chunks: a count, or the end, and the
// numbers of interactions.
func isChunk(text string) bool {
	count, list, waits := strings.Cut(text, after)
	if waits && list == "" {
		return false
	}
	for word := range strings.FieldsSeq(list) {
		if _, err := parseNumber(word); err != nil {
			return false
		}
	}
	return count == end && waits || isCount(count, "B", 1)
}

// isDelay reports whether text is an item of delays.
func isDelay(text string) bool { return isCount(text, "", 0) }

// parseNumber reads the number of an interaction.
func parseNumber(text string) (int, error) {
	number, err := strconv.Atoi(text)
	if err == nil && (number < 1 || number > largestNumber) {
		err = strconv.ErrRange
	}
	return number, err
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

package redact

import (
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// moveChunks keeps the chunks of a body where they were when secrets in it were
// replaced by something of another length: at the same event or line of a
// stream, and else at the same distance from the nearer end of what changed.
func moveChunks(response *cassette.Response, before []byte) {
	after := response.Body.Bytes()
	if len(response.Chunks) == 0 || len(before) == len(after) {
		return
	}
	if headerOf(response.Header, "Content-Encoding") != "" {
		response.Chunks = nil // it was compressed anew: nothing of the old cuts is left
		return
	}
	kind := media.KindOf(headerOf(response.Header, "Content-Type"))
	oldEnds, newEnds := media.Records(kind, before), media.Records(kind, after)
	prefix := commonPrefix(before, after)
	move := func(cut int) int {
		if n, found := slices.BinarySearch(oldEnds, cut); found && len(oldEnds) == len(newEnds) {
			return newEnds[n]
		}
		if cut <= prefix {
			return cut
		}
		return max(prefix, len(after)-(len(before)-cut))
	}
	var chunks []cassette.Chunk
	cut, moved := 0, 0
	for _, chunk := range response.Chunks {
		cut += chunk.Size
		next := max(moved, min(move(cut), len(after)))
		if chunk.Size = next - moved; chunk.Size > 0 {
			chunks = append(chunks, chunk)
		}
		moved = next
	}
	response.Chunks = chunks
}

func commonPrefix(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

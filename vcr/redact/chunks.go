package redact

import (
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// moveChunks keeps the cuts between the chunks of a body where they were when
// edits gave it another length. A cut inside what was replaced stays inside the
// replacement.
func moveChunks(chunks []cassette.Chunk, edits []media.Edit) []cassette.Chunk {
	var moved []cassette.Chunk
	cut, before := 0, 0 // in the old body, and the last one in the new body
	grown := 0          // by the edits that end before the cut
	for _, chunk := range chunks {
		cut += chunk.Size
		for len(edits) > 0 && edits[0].End <= cut {
			grown += len(edits[0].Text) - (edits[0].End - edits[0].Start)
			edits = edits[1:]
		}
		now := cut + grown
		if len(edits) > 0 && edits[0].Start < cut {
			e := edits[0]
			now = e.Start + grown + min(cut-e.Start, len(e.Text))
		}
		if chunk.Size = now - before; chunk.Size > 0 {
			moved = append(moved, chunk)
		}
		before = now
	}
	return moved
}

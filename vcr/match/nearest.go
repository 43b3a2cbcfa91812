package match

import (
	"cmp"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// Nearest is the recording that is most like a request, and how it differs.
type Nearest struct {
	Index       int          // in the recordings that were given; -1 when there are none
	Differences []Difference // the first of them
	More        int          // how many there are beyond these
	// Guess says that the two may not be meant for each other: they differ in
	// method or host, in much of the path or in much of the body, or not all were compared.
	Guess bool
}

const (
	mostDifferences = 8       // that are listed
	mostCompared    = 4 << 20 // bytes of bodies that are read to find the nearest
	guessed         = 3.0     // the distance of bodies from which on the nearest is a guess
	otherPath       = 2.0     // that of paths
)

// Nearest finds the recording that is most like a request, by a distance that
// weighs in what they differ. The first of equals wins. It fails like
// [Matcher.Key].
func (m *Matcher) Nearest(request cassette.Request, recordings []cassette.Request) (Nearest, error) {
	asked, err := m.of(request).view(request)
	if err != nil || len(recordings) == 0 {
		return Nearest{Index: -1}, err
	}
	type candidate struct {
		index    int
		distance float64
	}
	candidates := make([]candidate, len(recordings))
	for n, recording := range recordings {
		// Without the body, which takes longest: what is far away by the rest
		// need not be read.
		recording.Body = cassette.Body{}
		there, err := m.of(recording).view(recording)
		if err != nil {
			return Nearest{Index: -1}, err
		}
		var c comparison
		c.facets(there.facets, asked.facets)
		candidates[n] = candidate{n, c.distance}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	best, read, cut := candidate{-1, 0}, 0, false
	for _, next := range candidates {
		if best.index >= 0 && next.distance >= best.distance {
			break
		}
		if read += recordings[next.index].Body.Len(); read > mostCompared && best.index >= 0 {
			cut = true
			break
		}
		c, err := m.compare(recordings[next.index], asked, 0)
		if err != nil {
			return Nearest{Index: -1}, err
		}
		if next.distance = c.distance; best.index < 0 || next.distance < best.distance {
			best = next
		}
	}
	c, err := m.compare(recordings[best.index], asked, mostDifferences)
	far := slices.ContainsFunc(c.differences, func(d Difference) bool { return d.Part == Method || d.Part == Host })
	return Nearest{best.index, c.differences, c.count - len(c.differences), cut || far || c.ofPath >= otherPath || c.ofBodies >= guessed}, err
}

// Differences lists in what a request is not like a recording, at most limit
// of it; none when they match.
func (m *Matcher) Differences(request, recorded cassette.Request, limit int) ([]Difference, error) {
	asked, err := m.of(request).view(request)
	if err != nil {
		return nil, err
	}
	c, err := m.compare(recorded, asked, limit)
	return c.differences, err
}

func (m *Matcher) compare(recorded cassette.Request, asked view, limit int) (comparison, error) {
	c := comparison{limit: limit}
	there, err := m.of(recorded).view(recorded)
	if err != nil {
		return c, err
	}
	c.facets(there.facets, asked.facets)
	for n := range min(len(there.bodies), len(asked.bodies)) {
		c.body(there.bodies[n], asked.bodies[n])
	}
	return c, nil
}

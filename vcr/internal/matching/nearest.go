package matching

import (
	"cmp"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// Nearest is the recording that is most like a request, and how they differ.
type Nearest struct {
	Index       int          // among the given recordings; -1 if there are none
	Differences []Difference // the first of them
	More        int          // how many more there are
	// Guess means that the two may have nothing to do with each other: they differ
	// in method or host, or in much of the path or body, or not all recordings were
	// compared.
	Guess bool
}

// A Difference is one value in which a request and a recording differ.
type Difference struct {
	// Part is method, scheme, host, port, path, query, header, part header or one of
	// the bodies.
	Part match.Part
	// At says where in the part: the name of the parameter or header, a JSONPath
	// into the body, "line 3" of a text, or the header and field, such as
	// Content-Type of "file"; "" for the whole part.
	At string
	// Recorded is the value on the tape and Request that of the request. Both are
	// cut around the first character that differs. "" means that there is none.
	Recorded, Request string
}

// isAboutPlaceholder reports whether the tape has a placeholder where the request
// has something else.
func (d Difference) isAboutPlaceholder() bool { return redaction.HoldsPlaceholder(d.Recorded) }

const (
	mostDifferences = 8       // that are listed
	mostCompared    = 4 << 20 // bytes of bodies that are compared
	mostExplained   = 50_000  // values of a body that is compared by value
	guessByBodies   = 3.0     // the distance of bodies that makes a guess
	guessByPath     = 2.0     // the distance of paths that does
)

// Nearest finds the recording with the smallest distance from a request, and the
// first of several. The distance is a weighted sum of the differences. It fails
// like [Matcher.Key].
func (m *Matcher) Nearest(request cassette.Request, recordings []cassette.Request) (Nearest, error) {
	requested, err := m.of(request).view(request, mostExplained)
	if err != nil || len(recordings) == 0 {
		return Nearest{Index: -1}, err
	}
	candidates, err := m.candidates(requested, recordings)
	if err != nil {
		return Nearest{Index: -1}, err
	}
	best, read, stopped := candidate{-1, 0}, 0, false
	for _, next := range candidates {
		if best.index >= 0 && next.distance >= best.distance {
			break
		}
		if read += recordings[next.index].Body.Len(); read > mostCompared && best.index >= 0 {
			stopped = true
			break
		}
		c, err := m.compare(requested, recordings[next.index], 0)
		if err != nil {
			return Nearest{Index: -1}, err
		}
		if next.distance = c.distance; best.index < 0 || next.distance < best.distance {
			best = next
		}
	}
	c, err := m.compare(requested, recordings[best.index], mostDifferences)
	elsewhere := slices.ContainsFunc(c.differences, func(d Difference) bool { return d.Part == match.Method || d.Part == match.Host })
	guess := stopped || elsewhere || c.ofPath >= guessByPath || c.ofBodies >= guessByBodies
	return Nearest{best.index, c.differences, c.count - len(c.differences), guess}, err
}

// A candidate is a recording that may be the nearest.
type candidate struct {
	index    int
	distance float64
}

// candidates sorts the recordings by their distance from a request without the
// bodies, which is a lower bound. Bodies take the longest to compare, and those of
// distant recordings need not be read.
func (m *Matcher) candidates(request view, recordings []cassette.Request) ([]candidate, error) {
	candidates := make([]candidate, len(recordings))
	for n, recording := range recordings {
		recording.Body = cassette.Body{}
		recorded, err := m.of(recording).view(recording, mostExplained)
		if err != nil {
			return nil, err
		}
		var c comparison
		c.compareComponents(recorded.components, request.components)
		candidates[n] = candidate{n, c.distance}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	return candidates, nil
}

// Differences lists at most limit differences between a request and a recording;
// none if they match. It fails like [Matcher.Key].
func (m *Matcher) Differences(request, recorded cassette.Request, limit int) ([]Difference, error) {
	requested, err := m.of(request).view(request, mostExplained)
	if err != nil {
		return nil, err
	}
	c, err := m.compare(requested, recorded, limit)
	return c.differences, err
}

func (m *Matcher) compare(request view, recording cassette.Request, limit int) (comparison, error) {
	recorded, err := m.of(recording).view(recording, mostExplained)
	if err != nil {
		return comparison{}, err
	}
	return compareViews(recorded, request, limit), nil
}

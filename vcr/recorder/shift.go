package recorder

import (
	"bytes"
	"net/http"
	"sync"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/instants"
)

// shifts move the instants of answers by the age of their recordings. They remember
// what they moved: a request that sends an instant back matches as if it held the
// recorded one.
type shifts struct {
	finder *instants.Finder

	mu  sync.Mutex
	old map[string]string // by what it became; nil before the first
}

// newShifts returns nil if the configuration shifts nothing.
func newShifts(cfg *Config) (*shifts, error) {
	if cfg.ShiftTimes == nil {
		return nil, nil
	}
	finder, err := instants.NewFinder(cfg.ShiftTimes)
	return &shifts{finder: finder}, err
}

// shift returns an interaction that is as old as it was when it was recorded. One whose
// time was not recorded stays as it is.
func (s *shifts) shift(i *cassette.Interaction) *cassette.Interaction {
	if s == nil || i.Recorded.IsZero() {
		return i
	}
	response, moved := s.finder.Shift(i.Response, max(0, time.Since(i.Recorded)))
	if len(moved) == 0 {
		return i
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.old == nil {
		s.old = map[string]string{}
	}
	for _, m := range moved {
		s.old[m.New] = m.Old
	}
	shifted := i.Clone()
	shifted.Response = response
	return shifted
}

// asRecorded returns a lookup in which the moved instants are the recorded ones: l
// itself if there are none.
func (s *shifts) asRecorded(l *lookup) *lookup {
	if s == nil {
		return l
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.old == nil {
		return l
	}
	before := func(text string) string {
		return instants.MoveBack(text, func(moved string) string { return s.old[moved] })
	}
	sent, body := l.sent.WithContext(l.sent.Context()), before(l.body.String())
	u := *sent.URL
	u.Path, u.RawPath, u.RawQuery = before(u.Path), before(u.RawPath), before(u.RawQuery)
	header, isChanged := headerBefore(sent.Header, before)
	if body == l.body.String() && u == *sent.URL && !isChanged {
		return l
	}
	sent.URL, sent.Header = &u, header
	return &lookup{sent: sent, body: bytes.NewBufferString(body)}
}

func headerBefore(header http.Header, before func(string) string) (_ http.Header, isChanged bool) {
	for name, values := range header {
		for n, value := range values {
			was := before(value)
			if was == value {
				continue
			}
			if !isChanged {
				header, isChanged = header.Clone(), true
			}
			header[name][n] = was
		}
	}
	return header, isChanged
}

package recorder

import (
	"net/http"
	"slices"
	"strings"
)

// pass sends a request past the tape.
func (s *Session) pass(req *http.Request) (*http.Response, error) {
	request := s.redactor.Key(head(req)) // learns what its headers teach about its URL
	shown := request.Method + " " + request.URL
	s.mu.Lock()
	s.live = append(s.live, shown)
	s.mu.Unlock()
	return s.base.RoundTrip(req)
}

func (s *Session) passes(req *http.Request) bool {
	return len(s.cfg.PassThrough) > 0 && slices.ContainsFunc(s.cfg.PassThrough, func(host string) bool {
		return strings.EqualFold(host, req.URL.Host) || strings.EqualFold(host, req.URL.Hostname())
	})
}

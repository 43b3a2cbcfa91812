package recorder

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// restored returns an interaction with usable values in the place of
// placeholders, and remembers these: where code sends one back, it stands for the
// placeholder. The error is that the user's function panicked.
func (s *Session) restored(i *cassette.Interaction) (restored *cassette.Interaction, err error) {
	if s.cfg.Restore == nil {
		return i, nil
	}
	defer func() {
		if p := recover(); p != nil {
			restored, err = i, fmt.Errorf("%s: RestoreOnReplay: the function panicked: %v; mend it", s.tape.place.shown, p)
		}
	}()
	return redact.Restore(i, func(placeholder string) string {
		value := s.cfg.Restore(placeholder)
		if value != placeholder {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.usable = append(s.usable, redact.Secret{Name: nameIn(placeholder), Value: value})
		}
		return value
	}), nil
}

// nameIn returns the name in a placeholder such as [redacted:token:2].
func nameIn(placeholder string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(placeholder, redact.PlaceholderPrefix), "]")
	name, _, _ = strings.Cut(name, ":")
	return name
}

// secrets are those of the rules and the values that were restored.
func (s *Session) secrets(ofRules func() []redact.Secret) func() []redact.Secret {
	if s.cfg.Restore == nil {
		return ofRules
	}
	return func() []redact.Secret {
		s.mu.Lock()
		usable := slices.Clip(s.usable)
		s.mu.Unlock()
		if ofRules == nil {
			return usable
		}
		return append(usable, ofRules()...)
	}
}

// Learned returns the values that are kept off the tape by now, those that came
// back in answers as well: for the [redact.Rules] of another session of the same
// run, whose code uses what it got in this one.
func (s *Session) Learned() []redact.Secret {
	s.backlog.clear()
	return s.redactor.Learned()
}

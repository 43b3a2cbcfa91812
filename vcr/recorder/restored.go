package recorder

import (
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// restored returns an interaction with usable values in the place of
// placeholders, and remembers these: where code sends one back, it stands for the
// placeholder.
func (s *Session) restored(i *cassette.Interaction) *cassette.Interaction {
	if s.cfg.Restore == nil {
		return i
	}
	return redact.Restore(i, func(placeholder string) (value string) {
		value = placeholder
		defer func() { _ = recover() }() // a function that fails restores nothing
		if value = s.cfg.Restore(placeholder); value != placeholder {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.usable = append(s.usable, redact.Secret{Name: nameIn(placeholder), Value: value})
		}
		return value
	})
}

// nameIn returns the name in a placeholder such as [redacted:token:2].
func nameIn(placeholder string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(placeholder, "[redacted:"), "]")
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

package redact

import (
	"cmp"
	"slices"
	"strings"
)

// Learned returns the values that are searched for by now, under the names of
// their placeholders: for another tape of the same run, whose code got them from
// an exchange on this one.
func (r *Redactor) Learned() []Secret {
	k := r.known
	k.mu.RLock()
	defer k.mu.RUnlock()
	var secrets []Secret
	for value := range k.sought {
		name := strings.TrimSuffix(strings.TrimPrefix(k.values[value].key, PlaceholderPrefix), "]")
		secrets = append(secrets, Secret{Name: name, Value: value})
	}
	// In order, so that they get the same numbers every time.
	slices.SortFunc(secrets, func(a, b Secret) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value)) })
	return secrets
}

package vcr

import (
	"cmp"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

var environment = struct {
	sync.Mutex
	values map[string]string // name -> what Getenv returned last
}{values: map[string]string{}}

// Getenv returns the environment variable, or a dummy where it is not set, so
// that clients which need a key can be built in a run that replays. A request
// that would be recorded with a dummy in it is refused with the variable's name.
// The value, where it occurs in a request or response, is kept off the tape. It
// may be called anywhere and from several goroutines.
func Getenv(name string) string {
	value := os.Getenv(name)
	if value == "" {
		value = dummy(name)
	}
	environment.Lock()
	defer environment.Unlock()
	environment.values[name] = value
	return value
}

func dummy(name string) string { return "dummy-" + name + "-of-ginkgo-vcr" }

// secrets are the values that Getenv returned. A dummy gets the placeholder of
// the value that it replaces, so that a request matches its recording.
func secrets() []redaction.Secret {
	environment.Lock()
	defer environment.Unlock()
	secrets := make([]redaction.Secret, 0, len(environment.values))
	for name, value := range environment.values {
		secrets = append(secrets, redaction.Secret{Name: strings.ToLower(name), Value: value})
	}
	// In order, so that a value under two names gets the same placeholder every time.
	slices.SortFunc(secrets, func(a, b redaction.Secret) int { return cmp.Compare(a.Name, b.Name) })
	return secrets
}

// dummies are the values that Getenv returned for variables that are not set.
func dummies() []harness.Dummy {
	environment.Lock()
	defer environment.Unlock()
	var dummies []harness.Dummy
	for name, value := range environment.values {
		if value == dummy(name) {
			dummies = append(dummies, harness.Dummy{Variable: name, Value: value})
		}
	}
	return dummies
}

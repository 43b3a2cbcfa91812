package plain_test

import (
	"os"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/examples/plain"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// Each subtest has a cassette, such as testdata/cassettes/testtranslate/french.yaml.
// The key is needed for runs that record.
func TestTranslate(t *testing.T) {
	for _, test := range []struct{ name, language, want string }{
		{"French", "fr", "bonjour"},
		{"Portuguese", "pt", "bom dia"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			session := recorder.ForTest(t, recorder.Config{})
			got, err := plain.Translate(session.Context(t.Context()), session.Client(), os.Getenv("TRANSLATE_API_KEY"), "good morning", test.language)
			if err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

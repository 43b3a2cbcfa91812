package standin

import (
	"net/http"
	"os"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// Client is the client that a suite hands to its SDK. It is nil in a run that tests
// that an SDK without a client does the same.
func Client() *http.Client {
	if os.Getenv(withoutClient) != "" {
		return nil
	}
	return vcr.Client()
}

const withoutClient = "STANDIN_WITHOUT_CLIENT"

// WithoutClient replays the tapes of the suite that a test runs with an SDK that is
// given no client, and records them again with it, as [RecordAgain] does.
func WithoutClient(t *testing.T, suite string, keys ...string) {
	t.Helper()
	t.Setenv(withoutClient, "1")
	replay(t, suite, "")
	RecordAgain(t, suite, keys...)
}

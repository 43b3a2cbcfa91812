package standin

import (
	"net/http"
	"os"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

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
// given no client: callers must read what they read with one, as [Read] noted it. It
// also records the tapes again without a client, as [RecordAgain] does.
func WithoutClient(t *testing.T, suite string, keys ...string) {
	t.Helper()
	want := read(replay(t, suite, ""))
	t.Setenv(withoutClient, "1")
	got := read(replay(t, suite, ""))
	if len(want) == 0 {
		t.Fatal("no spec calls standin.Read")
	}
	for spec := range want {
		if got[spec] != want[spec] {
			t.Errorf("%s: without a client, the caller reads\n%swith vcr.Client()\n%s", spec, got[spec], want[spec])
		}
	}
	RecordAgain(t, suite, keys...)
}

// RefusedWithoutClient runs the recorded specs of a suite with an SDK that is given no
// client, while it records and while it replays. It expects that all of them fail, and
// returns their failures.
func RefusedWithoutClient(t *testing.T, suite string) (failed types.SpecReports) {
	t.Helper()
	if Recording() {
		t.Skip("the tapes are being recorded")
	}
	t.Setenv(withoutClient, "1")
	for dir, variable := range map[string]string{"": "CI=true", t.TempDir(): "VCR_RECORD_MODE=all"} {
		report, err := runSuite(t, suite, dir, variable, "-ginkgo.label-filter=vcr")
		specs := report.SpecReports.WithLeafNodeType(types.NodeTypeIt)
		for _, spec := range specs.WithState(types.SpecStatePassed) {
			t.Errorf("%s: %s passed", variable, spec.FullText())
		}
		if specs = specs.WithState(types.SpecStateFailed); len(specs) == 0 {
			t.Fatalf("%s: no spec failed: %v", variable, err)
		}
		if dir != "" && len(requests(t, dir)) > 0 {
			t.Errorf("%s: something was recorded: %q", variable, requests(t, dir))
		}
		failed = append(failed, specs...)
	}
	return failed
}

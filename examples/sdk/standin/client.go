package standin

import (
	"cmp"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
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

// RefusedWithoutClient records and replays a suite with an SDK that is given no client and
// has a transport of its own. Each spec must fail for looking up the host of the service,
// and record nothing.
func RefusedWithoutClient(t *testing.T, suite, host string) {
	t.Helper()
	if Recording() {
		t.Skip("the tapes are being recorded")
	}
	t.Setenv(withoutClient, "1")
	for dir, variable := range map[string]string{"": "CI=true", t.TempDir(): "VCR_RECORD_MODE=all"} {
		report, err := runSuite(t, suite, dir, variable, "-ginkgo.label-filter=vcr")
		specs := report.SpecReports.WithLeafNodeType(types.NodeTypeIt).WithState(types.SpecStateFailed | types.SpecStatePassed)
		if len(specs) == 0 {
			t.Fatalf("no spec ran: %v", err)
		}
		for _, spec := range specs {
			tape := path.Join(append(spec.ContainerHierarchyTexts, spec.LeafNodeText)...) + ".yaml"
			want := filepath.Join(cmp.Or(dir, "cassettes"), strings.ToLower(strings.ReplaceAll(tape, " ", "_"))) +
				": code with a transport of its own looked up " + host + ", past the session; " +
				"hand vcr.Client() to that code, or name the host in vcr.PassThrough\n  in the spec at " + spec.LeafNodeLocation.String()
			if got := refusal(spec); got != want {
				t.Errorf("%s: %v\ngot  %s\nwant %s", variable, spec.State, got, want)
			}
		}
		if dir != "" && len(requests(t, dir)) > 0 {
			t.Errorf("recorded %q", requests(t, dir))
		}
	}
}

// refusal returns why a request of a spec was refused. That is not the failure which
// Ginkgo shows if the spec fails first, since the SDK got no answer.
func refusal(spec types.SpecReport) string {
	for _, entry := range spec.ReportEntries {
		if entry.Name == "ginkgo-vcr" {
			return entry.StringRepresentation()
		}
	}
	return spec.Failure.Message
}

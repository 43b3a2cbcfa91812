package standin

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// folder is the variable that names another folder for the cassettes.
const folder = "SDK_CASSETTES"

// Cassettes returns the folder of the suite's cassettes.
func Cassettes() string { return cmp.Or(os.Getenv(folder), "cassettes") }

// Altered returns a client that plays a copy of a tape on which the body of the
// first response was changed. The tape itself stays as it is.
func Altered(t testing.TB, tape string, change func(body []byte) []byte) *http.Client {
	t.Helper()
	if Recording() {
		t.Skip("the tape is being recorded")
	}
	c, err := cassette.Load(filepath.Join(Cassettes(), tape))
	if err != nil {
		t.Fatal(err)
	}
	first := c.Interactions[0].Clone()
	before := first.Response.Body.Bytes()
	first.Response.Body = cassette.NewBody(change(bytes.Clone(before)))
	if bytes.Equal(first.Response.Body.Bytes(), before) {
		t.Fatalf("%s: the change changes nothing", tape)
	}
	copied := filepath.Join(t.TempDir(), "altered.yaml")
	if err := (&cassette.Cassette{Interactions: []*cassette.Interaction{first}}).Save(copied); err != nil {
		t.Fatal(err)
	}
	session, err := recorder.Open(recorder.Config{Path: copied, Mode: recorder.None})
	if err != nil {
		t.Fatal(err)
	}
	return session.Client()
}

// RecordAgain records the suite that a test runs into a folder of its own, in
// another process, and compares the requests with those on the tapes. A third
// process replays what the second recorded, as CI would. So the stand-in is
// held to what the suite needs of it.
func RecordAgain(t *testing.T, suite string, keys ...string) {
	t.Helper()
	if Recording() {
		t.Skip("the tapes are being recorded")
	}
	dir := t.TempDir()
	if _, err := runSuite(t, suite, dir, "VCR_RECORD_MODE=all"); err != nil {
		t.Fatal(err)
	}
	committed, recorded := requests(t, "cassettes"), requests(t, dir)
	if !maps.EqualFunc(committed, recorded, slices.Equal) {
		t.Fatalf("the stand-in does not give what is on the tapes\ncommitted: %q\nrecorded:  %q", committed, recorded)
	}
	for name := range recorded {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range keys {
			if strings.Contains(string(text), standInKey(key)) {
				t.Errorf("%s: holds the value of %s", name, key)
			}
		}
	}
	replay(t, suite, dir)
}

// replay replays the tapes of a folder, "" for the committed ones. Where the system
// allows it, that is done without a network.
func replay(t *testing.T, suite, dir string) types.Report {
	t.Helper()
	report, err := runSuite(t, suite, dir, "CI=true")
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// runSuite runs a suite in another process, with an environment variable and further
// flags. It returns an error if the suite does not pass.
func runSuite(t *testing.T, suite, dir, variable string, flags ...string) (types.Report, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.json")
	line := append([]string{os.Args[0], "-test.run=^" + suite + "$", "-test.count=1", "-ginkgo.no-color", "-ginkgo.json-report=" + file}, flags...)
	if variable == "CI=true" && exec.Command("unshare", "-rn", "true").Run() == nil {
		line = append([]string{"unshare", "-rn"}, line...)
	}
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Env = append(os.Environ(), "VCR_RECORD_MODE=", "CI=", folder+"="+dir, variable)
	output, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s", variable, err, output)
	}
	var reports []types.Report
	text, unread := os.ReadFile(file)
	if unread == nil {
		unread = json.Unmarshal(text, &reports)
	}
	if unread != nil || len(reports) != 1 {
		t.Fatalf("%d reports: %v\n%s", len(reports), unread, output)
	}
	return reports[0], err
}

// requests maps each cassette below dir to "METHOD URL STATUS" of its
// interactions.
func requests(t *testing.T, dir string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		c, err := cassette.Load(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		for _, i := range c.Interactions {
			found[name] = append(found[name], i.Request.Method+" "+i.Request.URL+" "+strconv.Itoa(i.Response.Status))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

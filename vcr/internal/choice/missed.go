package choice

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

// MissEntry is the name of the entry that a spec with a miss leaves in Ginkgo's report. Its
// value is a [Miss], or holds one.
const MissEntry = "ginkgo-vcr miss"

// A Miss tells whose cassette lacked a recording.
type Miss struct {
	Suite    string // the import path of its package
	Cassette string // its path, as people see it
}

// missed are the cassettes of a report, seen from the folder of this suite.
type missed map[string]bool

func (m missed) choosesAll(file string) bool                     { return m[process.Shown(file)] }
func (missed) chooses(string, []*cassette.Interaction, int) bool { return false }

// readMissed reads a JSON report of Ginkgo. It is looked for in the folder of the suite and
// in those above it, for ginkgo runs there.
func readMissed(name string) (missed, error) {
	if name == "" {
		return nil, errors.New("missed: names no report; give the file that ginkgo --json-report=report.json wrote, as in missed:report.json")
	}
	data, err := readAbove(process.StartDir, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("missed:%s: there is no such file in %s and the folders above it; write it with ginkgo --json-report=%[1]s", name, process.StartDir)
	}
	if err != nil {
		return nil, fmt.Errorf("missed:%s: %w", name, err)
	}
	var reports []struct {
		SpecReports []struct {
			State         string
			NumAttempts   int
			ReportEntries []struct {
				Name  string
				Value struct{ AsJSON string }
			}
		}
	}
	if err := json.Unmarshal(data, &reports); err != nil {
		return nil, fmt.Errorf("missed:%s: not a JSON report of Ginkgo: %w; write one with ginkgo --json-report=%[1]s", name, err)
	}
	found := missed{}
	for _, report := range reports {
		for _, spec := range report.SpecReports {
			for _, entry := range spec.ReportEntries {
				var miss Miss
				isLast := spec.NumAttempts <= 1 || spec.State != "passed" // else the last attempt missed nothing
				if entry.Name == MissEntry && isLast && json.Unmarshal([]byte(entry.Value.AsJSON), &miss) == nil && miss.Suite == process.Package {
					found[miss.Cassette] = true
				}
			}
		}
	}
	return found, nil
}

// largestReport is how many bytes of a report are read.
const largestReport = 512 << 20

func readAbove(dir, name string) ([]byte, error) {
	if filepath.IsAbs(name) {
		dir, name = filepath.Split(name)
	}
	for {
		file := filepath.Join(dir, name)
		info, err := os.Stat(file)
		switch above := filepath.Dir(dir); {
		case err == nil && (!info.Mode().IsRegular() || info.Size() > largestReport):
			return nil, fmt.Errorf("%s is not a file that can be read", file)
		case err == nil:
			return os.ReadFile(file)
		case above == dir:
			return nil, err
		default:
			dir = above
		}
	}
}

package reporters

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// CodeQuality returns the findings as GitLab reads them from an artifact of the kind
// codequality: a list of issues in JSON, which merge requests show beside the code.
func (s Summary) CodeQuality() []byte {
	type lines struct {
		Begin int `json:"begin"`
	}
	type location struct {
		Path  string `json:"path"`
		Lines lines  `json:"lines"`
	}
	type issue struct {
		Description string   `json:"description"`
		CheckName   string   `json:"check_name"`
		Fingerprint string   `json:"fingerprint"`
		Severity    string   `json:"severity"`
		Location    location `json:"location"`
	}
	issues := []issue{}
	for _, f := range s.Findings {
		file, line := s.at(f)
		k, _ := kindOf(f.Kind)
		if file == "" || k.counted { // GitLab refuses an issue without a file
			continue
		}
		// It stays the same when lines move: so GitLab knows an old issue again.
		sum := sha256.Sum256([]byte(strings.Join([]string{f.Kind, f.Suite, f.Cassette, f.Spec, f.Text}, "\x00")))
		issues = append(issues, issue{
			Description: s.message(f), CheckName: "ginkgo-vcr/" + f.Kind, Fingerprint: hex.EncodeToString(sum[:16]),
			Severity: [...]string{info: "info", minor: "minor", major: "major"}[k.level], Location: location{shown(file), lines{line}},
		})
	}
	text, _ := json.MarshalIndent(issues, "", "  ") // plain values have no errors
	return append(text, '\n')
}

package choice_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/choice"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

// tape has an interaction of each of two hosts, the second of which was amended.
func tape(t *testing.T) *cassette.Cassette {
	t.Helper()
	day := func(d int) time.Time { return time.Date(2026, 1, d, 23, 59, 59, 0, time.UTC) }
	c := &cassette.Cassette{Interactions: []*cassette.Interaction{
		{Request: cassette.Request{Method: "GET", URL: "https://one.test/"}, Response: cassette.Response{Status: 200}, Recorded: day(1)},
		{Request: cassette.Request{Method: "GET", URL: "http://two.test:8080/"}, Response: cassette.Response{Status: 200}, Recorded: day(2), Amended: day(3)},
	}}
	c, err := cassette.Parse("", c.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range c.Interactions {
		if err := i.Decode(); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestOf(t *testing.T) {
	c := tape(t)
	cases := []struct{ words, want string }{
		{"a.yaml:3", "[true false]"},
		{"a.yaml:7", "[true false]"},
		{"a.yaml:9", "[true false]"},
		{"a.yaml:10", "[false true]"},
		{"a.yaml:1000", "[false true]"},
		{"a.yaml:2", "[]"},
		{"chat/a.yaml#2", "[false true]"},
		{"/suite/cassettes/chat/a.yaml#1", "[true false]"},
		{"t/a.yaml#1", "[]"},
		{"a.yaml#3", "[]"},
		{"host:one.test", "[true false]"},
		{"host:ONE.test:443", "[true false]"},
		{"host:two.test:80", "[]"},
		{"host:two.test:8080", "[false true]"},
		{"before:2026-01-01", "[]"},
		{"before:2026-01-02", "[true false]"},
		{"before:2026-01-03", "[true true]"},
		{"amended", "[false true]"},
		{" amended , a.yaml#1 ", "[true true]"},
	}
	for _, test := range cases {
		only, err := choice.Parse(test.words)
		if err != nil {
			t.Errorf("%q: %v", test.words, err)
			continue
		}
		if got := fmt.Sprint(only.Of("/suite/cassettes/chat/a.yaml", c.Interactions)); got != test.want {
			t.Errorf("%q chooses %s, not %s", test.words, got, test.want)
		}
		if only.All("/suite/cassettes/chat/a.yaml") {
			t.Errorf("%q chooses all", test.words)
		}
	}
}

func TestWordsThatNameNothing(t *testing.T) {
	for _, words := range []string{" ", ",", "a.yaml", "a.yaml:", "a.yaml:0", "a.yaml#-1", "a.yaml:x", "a.txt:1", ":1", "#1", "amended:now", "after:2026-01-01", "before:", "before:2026-13-01", "host:", "host:a/b", "missed:", "a.yaml#1,"} {
		if only, err := choice.Parse(words); err == nil || !strings.HasPrefix(err.Error(), "VCR_RECORD_ONLY: ") {
			t.Errorf("%q: got %v, %v", words, only, err)
		}
	}
}

// The specs that missed are known by their suites and cassettes, wherever the run was.
func TestMissed(t *testing.T) {
	entry := func(suite, cassette string) map[string]any {
		value, err := json.Marshal(choice.Miss{Suite: suite, Cassette: cassette})
		if err != nil {
			t.Fatal(err)
		}
		return map[string]any{"Name": choice.MissEntry, "Value": map[string]string{"AsJSON": string(value)}}
	}
	spec := func(state string, attempts int, entries ...map[string]any) map[string]any {
		return map[string]any{"State": state, "NumAttempts": attempts, "ReportEntries": entries}
	}
	reports := []any{map[string]any{"SpecReports": []any{
		spec("failed", 1, entry(process.Package, "cassettes/missed.yaml")),
		spec("passed", 2, entry(process.Package, "cassettes/passed_in_the_end.yaml")),
		spec("passed", 1, entry("example.com/other", "cassettes/of_another_suite.yaml")),
		spec("failed", 1, map[string]any{"Name": "other", "Value": map[string]string{"AsJSON": `{"Cassette":"cassettes/other.yaml"}`}}),
	}}}
	file := filepath.Join(t.TempDir(), "report.json")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data, err := json.Marshal(reports)
	if err != nil {
		t.Fatal(err)
	}
	write(string(data))
	only, err := choice.Parse("missed:" + file)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"missed": true, "passed_in_the_end": false, "of_another_suite": false, "other": false} {
		if got := only.All(filepath.Join(process.StartDir, "cassettes", name+".yaml")); got != want {
			t.Errorf("%s: got %t", name, got)
		}
	}

	for _, text := range []string{"", "}{", `{"SpecReports":1}`, `[{"SpecReports":"none"}]`} {
		write(text)
		if _, err := choice.Parse("missed:" + file); err == nil || !strings.Contains(err.Error(), "not a JSON report of Ginkgo") {
			t.Errorf("%q: got %v", text, err)
		}
	}
	if _, err := choice.Parse("missed:" + filepath.Dir(file)); err == nil || !strings.Contains(err.Error(), "is not a file") {
		t.Errorf("a folder: got %v", err)
	}
}

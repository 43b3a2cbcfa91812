package sdk_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The versions in the README are those of go.mod.
func TestReadmeNamesTheVersions(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	module, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| .*`(\\S+)` (v\\S+) \\|").FindAllStringSubmatch(string(readme), -1)
	if len(rows) != 8 {
		t.Fatalf("README.md: %d rows with a version, want 8", len(rows))
	}
	for _, row := range rows {
		if !strings.Contains(string(module), "\t"+row[1]+" "+row[2]+"\n") {
			t.Errorf("README.md: says %s %s, go.mod does not", row[1], row[2])
		}
	}
}

package cassette_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// limit is the limit of the tapes below.
const limit = 16

var (
	small = strings.Repeat("s", limit)
	large = strings.Repeat("l", limit+1)
)

// beside returns the name of the file in which a body stands.
func beside(stem, body, extension string) string {
	sum := sha256.Sum256([]byte(body))
	return fmt.Sprintf("%s.%x.%s", stem, sum[:8], extension)
}

// tape has an interaction for each body of a response.
func tape(bodies ...string) *cassette.Cassette {
	c := &cassette.Cassette{BodyLimit: limit}
	for n, body := range bodies {
		c.Interactions = append(c.Interactions, get(fmt.Sprintf("http://tape.test/%d", n), body))
	}
	return c
}

func save(t testing.TB, c *cassette.Cassette, path string) {
	t.Helper()
	sum, err := c.Save(path)
	if err != nil {
		t.Fatal(err)
	}
	if data := readFile(t, path); sum != cassette.SumOf([]byte(data)) || sum == cassette.SumOf([]byte(data+" ")) {
		t.Fatalf("the file holds\n%s\nand is said to hold something else", data)
	}
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func writeFile(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// load reads a cassette and gives it the limit of the tapes here.
func load(t testing.TB, path string) *cassette.Cassette {
	t.Helper()
	c, err := cassette.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	c.BodyLimit = limit
	return c
}

// checkSaved saves a cassette, and looks at what is in its folder then.
func checkSaved(t *testing.T, c *cassette.Cassette, path string, files ...string) {
	t.Helper()
	save(t, c, path)
	if got, want := show(load(t, path)), show(c); got != want {
		t.Errorf("read is\n%s\nnot\n%s", got, want)
	}
	checkFiles(t, filepath.Dir(path), slices.Sorted(slices.Values(files))...)
}

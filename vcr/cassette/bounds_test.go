// The race detector allocates, too, and would be counted.
//go:build !race

package cassette_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// allocated returns how many bytes f allocates.
func allocated(f func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

func lines(n int, format string) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, format, i)
	}
	return text.String()
}

const (
	foreign  = ": has more than 50000 keys and values outside its bodies, in another form than that in which cassettes are written; take out what nobody reads" + orRecord
	forSize  = " for its size; delete it and record this spec again, or several specs in its place"
	ofHeader = "---\nrequest:\n  method: GET\n  url: http://tape.test/\n  headers:\n"
)

// A file that would take much memory is refused before it does.
func TestBounds(t *testing.T) {
	for _, c := range []struct{ name, file, message string }{
		{"headers of a request", head + request + "  headers:\n" + lines(200_000, "    h%d: [a]\n") + "response:\n  status: 200\n", ":3" + foreign},
		{"headers of a response", head + whole + "  headers:\n" + lines(200_000, "    h%d: [a]\n"), ":3" + foreign},
		{"values of a header", head + whole + "  headers:\n    A: [" + strings.Repeat("a, ", 1_000_000) + "a]\n", ":3" + foreign},
		{"a list", head + whole + "  announced: [" + strings.Repeat("a,", 1_000_000) + "a]\n", ":3" + foreign},
		{"a list in the header", head + "replacements: [" + strings.Repeat("a,", 1_000_000) + "a]\n", ":1" + foreign},
		{"a list behind what looks like a body", head + whole + "  announced: [\"\n    text: |\n      \"" + strings.Repeat(",\n      a", 1_000_000) + "]\n", ":3" + foreign},
		{"a list behind what looks like a comment", head + whole + "  announced: [\"\n    # \", " + strings.Repeat("a,", 1_000_000) + "a]\n", ":3" + foreign},
		{"comments", head + whole + strings.Repeat("# a\n", 500_000), ":3" + foreign},
		{"separators", head + strings.Repeat("---\n", 3_000_000), ":144907: the file has too many interactions" + forSize},
		{"short interactions", head + strings.Repeat(whole, 500_000), ":1844432: the file has too many interactions" + forSize},
		{"short headers", head + strings.Repeat(ofHeader+lines(900, "    h%03d: [a]\n")+"response:\n  status: 200\n"+ofHeader+"    a: [b]\nresponse:\n  status: 200\n", 2000), "the file has too many headers" + forSize},
		{"documents in another form", head + strings.Repeat("---\n{request: {method: GET, url: 'http://tape.test/'}, response: {status: 200}}\n", 10_001),
			":20003: the file has too many documents (more than 10000) in another form than that in which cassettes are written" + forSize},
	} {
		var err error
		bytes := allocated(func() { _, err = cassette.ParseWhole("tape.yaml", []byte(c.file), nil) })
		if err == nil || !errors.Is(err, cassette.ErrSyntax) || !strings.HasSuffix(err.Error(), c.message) || !strings.HasPrefix(err.Error(), "tape.yaml:") {
			t.Errorf("%s: the error is\n\t%v\nnot\n\t%s", c.name, err, c.message)
		}
		if bytes > 4*len(c.file)+32<<20 && c.name != "documents in another form" {
			t.Errorf("%s: %d bytes are allocated for a file of %d", c.name, bytes, len(c.file))
		}
	}
}

// What people write by hand, or edit, has bodies of any length, and comments.
func TestBoundsLeaveEditedBodiesAlone(t *testing.T) {
	list := "[" + strings.Repeat("1, ", 200_000) + "1]"
	file := head + "---\n# don't \"touch\" this\nrequest: # it's ours\n  url: http://tape.test/\n  method: POST\n" +
		"  headers:\n    A: [\"a, \\\"b\\\"\", c]\n  body:\n    json: |-\n      " + list + "\nresponse:\n  status: 200\n  body:\n    text: |\n" + strings.Repeat("      - a: 'b, c', \"d\n", 30_000)
	file = strings.Replace(file, " # it's ours", "", 1)
	c, err := cassette.Parse("tape.yaml", []byte(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Interactions[0]; got.Request.Body.Len() != 400_003 || got.Response.Body.Len() != 30_000*len("- a: 'b, c', \"d\n") {
		t.Errorf("read are %d and %d bytes", got.Request.Body.Len(), got.Response.Body.Len())
	}
}

// What is read keeps at most four times its size, and a little.
func TestMemoryIsBounded(t *testing.T) {
	var file strings.Builder
	file.WriteString(head)
	for n := range 20_000 {
		file.WriteString(ofHeader + fmt.Sprintf("    a%05d: [a]\n", n) + lines(12, "    h%02d: [abcdefghijklm]\n") + "response:\n  status: 200\n")
	}
	data := []byte(file.String())
	live := func() int {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return int(stats.HeapAlloc)
	}
	before := live() - len(data)
	c, err := cassette.Parse("tape.yaml", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	if kept := live() - before; kept > 4*len(data)+32<<20 {
		t.Errorf("%d bytes are kept of %d", kept, len(data))
	}
	runtime.KeepAlive(c)
}

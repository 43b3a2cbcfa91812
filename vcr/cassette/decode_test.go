package cassette_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

// parseFile parses the cassette at path, and gives it the limit of the tapes here.
func parseFile(t testing.TB, path string, beside fs.FS) *cassette.Cassette {
	t.Helper()
	c, err := cassette.Parse(path, []byte(readFile(t, path)), beside)
	if err != nil {
		t.Fatal(err)
	}
	c.BodyLimit = limit
	return c
}

func TestParseLeavesWhatFollowsTheRequest(t *testing.T) {
	data := append(chat().Encode(), strings.TrimPrefix(string(endings().Encode()), "ginkgo-vcr: 1\n")...)
	want := parse(t, data)
	c, err := cassette.Parse("tape.yaml", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Suite != want.Suite || c.Spec != want.Spec || len(c.Interactions) != len(want.Interactions) {
		t.Fatalf("parsed is\n%s", show(c))
	}
	for n, i := range c.Interactions {
		whole := want.Interactions[n]
		if !reflect.DeepEqual(i.Request, whole.Request) || i.Line() != whole.Line() {
			t.Errorf("the request is\n%v\nnot\n%v", i.Request, whole.Request)
		}
		if !reflect.ValueOf(i.Response).IsZero() || i.Error != nil || !i.Recorded.IsZero() || i.Took != 0 {
			t.Errorf("already decoded is\n%s", showInteraction(i))
		}
		if n%2 == 0 {
			i = i.Clone()
		} else if err := i.Decode(); err != nil {
			t.Error(err)
		}
		if got, want := showInteraction(i), showInteraction(whole); got != want {
			t.Errorf("decoded is\n%s\nnot\n%s", got, want)
		}
	}
	if got := string(c.Encode()); got != string(data) {
		t.Errorf("unchanged is\n%s", got)
	}
}

func TestParseDecodesOtherFormsAtOnce(t *testing.T) {
	c, err := cassette.Parse("tape.yaml", []byte(edited), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := show(c), show(parse(t, []byte(edited))); got != want {
		t.Errorf("parsed is\n%s\nnot\n%s", got, want)
	}
	for _, i := range append(c.Interactions, get("http://tape.test/", "")) {
		if err := i.Decode(); err != nil {
			t.Error(err)
		}
	}
}

// A document that is broken after its request is neither lost nor overwritten.
func TestDecodeFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	save(t, tape("one", "two"), path)
	file := strings.Replace(readFile(t, path), "status: 200", "status: many", 1)
	writeFile(t, path, file)
	_, want := cassette.Load(path)
	c := parseFile(t, path, nil)
	i := c.Interactions[0]
	first, second, cloned := i.Decode(), i.Decode(), i.Clone().Decode()
	if !reflect.DeepEqual(first, want) || first != second || first != cloned {
		t.Fatalf("the errors are\n\t%v\n\t%v\n\t%v\nnot\n\t%v", first, second, cloned, want)
	}
	if i.Response.Status != 0 {
		t.Errorf("half decoded is\n%s", showInteraction(i))
	}
	for _, c := range []*cassette.Cassette{c, parseFile(t, path, nil), {Interactions: []*cassette.Interaction{i.Clone()}}} {
		if kept := string(c.Encode()); !strings.Contains(kept, "status: many") {
			t.Errorf("encoded is\n%s", kept)
		}
		if err := c.Save(path); err == nil || err.Error() != want.Error() {
			t.Errorf("the error is\n\t%v\nnot\n\t%v", err, want)
		}
	}
	checkFiles(t, filepath.Dir(path), "a.yaml")
	if kept := readFile(t, path); kept != file {
		t.Errorf("the file became\n%s", kept)
	}
}

func TestDecodeByManyAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	save(t, tape(large, small), path)
	want := load(t, path)
	c := parseFile(t, path, disk.Bodies(path))
	var group sync.WaitGroup
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for n, i := range c.Interactions {
				if err := i.Decode(); err != nil || i.Response.Body.String() != want.Interactions[n].Response.Body.String() {
					t.Errorf("decoded is %q, error %v", i.Response.Body, err)
				}
			}
		}()
	}
	group.Add(1)
	go func() {
		defer group.Done()
		if got, want := show(parse(t, c.Encode())), show(want); got != want {
			t.Errorf("encoded meanwhile is\n%s\nnot\n%s", got, want)
		}
	}()
	group.Wait()
}

// The bodies beside a cassette are read when they are played, and stay where they
// are when it is saved.
func TestParseReadsNoBodiesOfResponses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	save(t, tape(large, small), path)
	file := filepath.Join(filepath.Dir(path), beside(large, "txt"))
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	c := parseFile(t, path, fstest.MapFS{})
	c.Interactions = append(c.Interactions, get("http://tape.test/new", large+large))
	save(t, c, path)
	checkFiles(t, filepath.Dir(path), beside(large, "txt"), beside(large+large, "txt"), "a.yaml")
	if after, err := os.Stat(file); err != nil || !os.SameFile(before, after) {
		t.Errorf("a body that stayed was written again, error %v", err)
	}
	var missing *cassette.ParseError
	if err := c.Interactions[0].Decode(); !errors.As(err, &missing) || missing.Line != 9 || !strings.HasSuffix(err.Error(), " is in no folder _bodies beside the cassette or above it"+restore) {
		t.Errorf("the error is %v", err)
	}
	if err := c.Interactions[1].Decode(); err != nil {
		t.Error(err)
	}
}

// Saved elsewhere, a cassette takes its bodies along.
func TestParsedIsSavedElsewhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	save(t, tape(large, small), path)
	folder := disk.Bodies(path)
	other := filepath.Join(t.TempDir(), "a.yaml")
	checkSaved(t, load(t, path), other, beside(large, "txt"), "a.yaml")
	elsewhere := filepath.Join(t.TempDir(), "a.yaml")
	save(t, parseFile(t, path, folder), elsewhere)
	if got, want := show(load(t, elsewhere)), show(load(t, path)); got != want {
		t.Errorf("saved elsewhere is\n%s\nnot\n%s", got, want)
	}
	remove(t, filepath.Join(filepath.Dir(path), beside(large, "txt")))
	empty := filepath.Join(t.TempDir(), "a.yaml")
	if err := parseFile(t, path, folder).Save(empty); err == nil || !strings.HasSuffix(err.Error(), " is in no folder _bodies beside the cassette or above it"+restore) {
		t.Errorf("the error is %v", err)
	}
	checkFiles(t, filepath.Dir(empty))
}

// The body of a request is read at once: requests are matched by it.
func TestParseReadsTheBodiesOfRequests(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	c := tape(small)
	c.Interactions[0].Request.Body = cassette.NewBody([]byte(large))
	save(t, c, path)
	read := parseFile(t, path, disk.Bodies(path))
	if got := read.Interactions[0].Request.Body.String(); got != large {
		t.Errorf("the body is %q", got)
	}
	checkSaved(t, clones(read), path, "a.yaml")
	save(t, c, path)
	checkSaved(t, read, path, beside(large, "txt"), "a.yaml")
	_, want := cassette.ParseWhole(path, []byte(readFile(t, path)), nil)
	if _, err := cassette.Parse(path, []byte(readFile(t, path)), nil); !reflect.DeepEqual(err, want) {
		t.Errorf("the error is\n\t%v\nnot\n\t%v", err, want)
	}
}

package cassette_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// checkReaders holds what is true of every file: the reader of the canonical form
// and yaml.v3 read the same, at once as well as later.
func checkReaders(t *testing.T, data []byte) {
	t.Helper()
	got, err := cassette.ParseWhole("tape.yaml", data, nil)
	want, wantErr := cassette.ParseYAML("tape.yaml", data, nil)
	if !reflect.DeepEqual(err, wantErr) {
		t.Fatalf("the error is\n\t%v\nnot\n\t%v\nof\n%q", err, wantErr, data)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("read is\n%s\nnot\n%s\nof\n%q", show(got), show(want), data)
	}
	parsed, parseErr := cassette.Parse("tape.yaml", data, nil)
	if parseErr != nil {
		if err == nil {
			t.Fatalf("parsing fails with\n\t%v\nof\n%q", parseErr, data)
		}
		return
	}
	kept := parsed.Encode()
	var broken []error
	for _, i := range parsed.Interactions {
		if err := i.Decode(); err != nil {
			broken = append(broken, err)
		}
		if again := i.Decode(); again != nil && again != broken[len(broken)-1] {
			t.Fatalf("the error is\n\t%v\nthe second time, of\n%q", again, data)
		}
	}
	if err != nil {
		if len(broken) == 0 || !reflect.DeepEqual(broken[0], err) {
			t.Fatalf("decoded later, the error is\n\t%v\nnot\n\t%v\nof\n%q", errors.Join(broken...), err, data)
		}
		return
	}
	if read := show(parsed); broken != nil || read != show(want) {
		t.Fatalf("decoded later, read is\n%s\nnot\n%s\nof\n%q, error %v", read, show(want), data, errors.Join(broken...))
	}
	if !bytes.Equal(kept, want.Encode()) {
		t.Fatalf("decoded later, unchanged is\n%q\nnot\n%q", kept, data)
	}
}

func FuzzReaders(f *testing.F) {
	for _, data := range golden(f) {
		f.Add(data)
		for document := range bytes.SplitSeq(data, []byte("---\n")) {
			f.Add(slices.Concat([]byte("ginkgo-vcr: 1\n---\n"), document))
		}
	}
	for _, c := range broken {
		f.Add([]byte(c.file))
	}
	f.Add([]byte(edited))
	f.Fuzz(checkReaders)
}

func golden(t testing.TB) (tapes [][]byte) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tapes = append(tapes, data)
	}
	return tapes
}

// Tapes as they are written, and after a slip of the hand.
func TestReadersAgree(t *testing.T) {
	t.Parallel()
	d := draw{rand.New(rand.NewPCG(7, 8))}
	tapes := golden(t)
	for range 60 {
		c := &cassette.Cassette{Suite: d.text(3), Spec: d.text(5), Partial: d.coin()}
		for range 1 + d.IntN(3) {
			c.Interactions = append(c.Interactions, d.interaction())
		}
		tapes = append(tapes, c.Encode())
	}
	for _, tape := range tapes {
		checkReaders(t, tape)
		for range 25 {
			checkReaders(t, d.slip(tape))
		}
	}
}

// slip puts something into a file, or takes something out.
func (d draw) slip(data []byte) []byte {
	data = slices.Clone(data)
	for range 1 + d.IntN(2) {
		at := d.IntN(max(len(data), 1))
		switch d.IntN(4) {
		case 0:
			data = slices.Insert(data, at, []byte(awkward[d.IntN(len(awkward))])...)
		case 1:
			data = slices.Delete(data, at, min(len(data), at+1+d.IntN(8)))
		case 2:
			line, _, _ := bytes.Cut(data[at:], []byte{'\n'})
			data = slices.Insert(data, d.IntN(len(data)), append(slices.Clone(line), '\n')...)
		case 3:
			data[at] = " \n\t\"\\:#,[]|2-+x0"[d.IntN(16)]
		}
	}
	return data
}

// Whatever is in a file, reading it does not panic; and what can be read keeps
// its meaning when it is written in canonical form, as it is, or with an
// interaction added.
func FuzzParse(f *testing.F) {
	tapes, err := filepath.Glob(filepath.Join("testdata", "*.yaml"))
	if err != nil || len(tapes) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, tape := range tapes {
		data, err := os.ReadFile(tape)
		if err != nil {
			f.Fatal(err)
		}
		header, rest, _ := strings.Cut(string(data), "---\n")
		for document := range strings.SplitSeq(rest, "---\n") {
			f.Add([]byte(header + "---\n" + document))
		}
	}
	for _, c := range broken {
		f.Add([]byte(c.file))
	}
	f.Add([]byte(edited))
	f.Add([]byte("\ufeff" + strings.ReplaceAll(edited, "\n", "\r\n")))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := cassette.ParseWhole("tape.yaml", data, nil)
		if err != nil {
			return
		}
		want := show(c)
		if got := show(parse(t, c.Encode())); got != want {
			t.Errorf("unchanged is read as\n%s\nnot\n%s", got, want)
		}
		canonical := clones(c).Encode()
		read := parse(t, canonical)
		if got := show(read); got != want {
			t.Errorf("in canonical form is read as\n%s\nnot\n%s", got, want)
		}
		if again := clones(read).Encode(); string(again) != string(canonical) {
			t.Errorf("the canonical form\n%s\nbecame\n%s", canonical, again)
		}
		c.Interactions = append(c.Interactions, get("http://tape.test/", "a"))
		if got := show(parse(t, c.Encode())); got != show(c) {
			t.Errorf("with an interaction added is read as\n%s\nnot\n%s", got, show(c))
		}
	})
}

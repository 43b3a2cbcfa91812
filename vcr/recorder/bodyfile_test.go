package recorder_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// large is the size of the bodies of these tests, above their limit.
const large, limit = 1000, 100

// largeAnswers answers every path with a body of its own.
func largeAnswers() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		filler := strings.Repeat("x", large)
		switch r.URL.Path {
		case "/json":
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, "{\"text\": %q}\n", filler)
		case "/binary":
			_, _ = io.WriteString(w, "\xff\x00"+filler)
		case "/failing":
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, "failing "+filler)
		case "/small":
			_, _ = io.WriteString(w, "small")
		default:
			_, _ = io.WriteString(w, r.URL.Path+" "+filler)
		}
	})
}

var hash = regexp.MustCompile(`\.[0-9a-f]{16}\.`)

// files lists what is in the folder of the deck, without the hashes in names.
func (d *deck) files() string {
	d.t.Helper()
	return hash.ReplaceAllString(d.leftovers(), ".#.")
}

// limited starts a session that keeps large bodies in files.
func (d *deck) limited(mode recorder.Mode) *recorder.Session {
	d.t.Helper()
	return d.open(recorder.Config{Mode: mode, BodyLimit: limit})
}

func TestLargeBodiesHaveFiles(t *testing.T) {
	d := newDeck(t, largeAnswers())
	asked := strings.Repeat("question ", large)
	session := func(s *recorder.Session) string {
		return strings.Join([]string{d.get(s, "/json", "/binary", "/text", "/small"), d.post(s, "/small", "text/plain", asked)}, "\n")
	}
	s := d.limited(recorder.Once)
	recorded := session(s)
	d.end(s, recorder.Passed)
	equal(t, "files", strings.Count(d.files(), ".#."), 4)
	for _, kind := range []string{".#.json", ".#.bin", ".#.txt"} {
		equal(t, kind, strings.Contains(d.files(), kind), true)
	}
	equal(t, "in the tape", strings.Contains(d.read(d.file()), strings.Repeat("x", limit)), false)
	s = d.open(recorder.Config{Mode: recorder.None, Base: unreachable(t)})
	equal(t, "replayed", session(s), recorded)
}

func TestBodyLimits(t *testing.T) {
	cases := []struct {
		limit, size, files int
	}{
		{0, cassette.DefaultBodyLimit, 0},
		{0, cassette.DefaultBodyLimit + 1, 1},
		{-1, cassette.DefaultBodyLimit + 1, 0},
		{10, 10, 0},
		{10, 11, 1},
	}
	for _, c := range cases {
		d := newDeck(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, c.size)) }))
		s := d.open(recorder.Config{BodyLimit: c.limit})
		d.get(s, "/")
		d.end(s, recorder.Passed)
		equal(t, fmt.Sprintf("files of %d bytes with limit %d", c.size, c.limit), strings.Count(d.files(), ".#."), c.files)
	}
}

// What is kept in a file is redacted as everything else.
func TestSecretsAreInNoFile(t *testing.T) {
	const key = "key-" + "of-service"
	d := newDeck(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "\xff\x00{\"password\":\"hidden\"}\x00 "+key+strings.Repeat("x", large))
	}))
	s := d.open(recorder.Config{BodyLimit: limit, Redact: redact.Rules{Secrets: func() []redact.Secret { return []redact.Secret{{Name: "KEY", Value: key}} }}})
	d.get(s, "/")
	d.end(s, recorder.Passed)
	file := d.bodyFile()
	equal(t, "file", d.read(file), "\xff\x00{\"password\":\"[redacted:password]\"}\x00 [redacted:key]"+strings.Repeat("x", large))
}

// bodyFile returns the only file beside the tape.
func (d *deck) bodyFile() string {
	d.t.Helper()
	files, err := filepath.Glob(filepath.Join(d.dir, "chat", "tape.*.*"))
	if err != nil || len(files) != 1 {
		d.t.Fatalf("%v, %v", files, err)
	}
	return files[0]
}

func TestARejectedRecordingHasItsFiles(t *testing.T) {
	d := newDeck(t, largeAnswers())
	s := d.limited(recorder.Once)
	d.get(s, "/failing")
	d.end(s, recorder.Failed)
	equal(t, "files", d.files(), ".rejected/.gitignore .rejected/chat/tape.#.txt .rejected/chat/tape.yaml")
	equal(t, "rejected", d.bodies(d.rejected()), "partial, failing "+strings.Repeat("x", large))
	s = d.limited(recorder.Once)
	d.get(s, "/text")
	d.end(s, recorder.Passed)
	equal(t, "accepted", d.files(), ".rejected/.gitignore chat/tape.#.txt chat/tape.yaml")
}

func TestAPartialRecordingHasItsFiles(t *testing.T) {
	d := newDeck(t, largeAnswers())
	s := d.limited(recorder.Once)
	first := d.get(s, "/first")
	d.end(s, recorder.Failed)
	equal(t, "partial", d.bodies(d.file()), "partial, "+first)
	s = d.limited(recorder.Once)
	second := d.get(s, "/first", "/second")
	d.end(s, recorder.Passed)
	equal(t, "whole", d.bodies(d.file()), second)
	equal(t, "files", d.files(), "chat/tape.#.txt chat/tape.#.txt chat/tape.yaml")
	equal(t, "sent", d.Served(), 2)
	s = d.limited(recorder.All)
	d.get(s, "/second")
	d.end(s, recorder.Passed)
	equal(t, "after all was recorded again", d.files(), "chat/tape.#.txt chat/tape.yaml")
}

// The next attempt starts from the tape as it was, and so from its files.
func TestAgainRestoresFiles(t *testing.T) {
	d := newDeck(t, largeAnswers())
	s := d.limited(recorder.Once)
	d.get(s, "/first")
	d.end(s, recorder.Passed)
	tape, files := d.read(d.file()), d.leftovers()

	s = d.limited(recorder.NewEpisodes)
	d.get(s, "/first", "/second")
	d.end(s, recorder.Failed)
	equal(t, "after the first attempt", d.files(), "chat/tape.#.txt chat/tape.#.txt chat/tape.yaml")
	s = s.Again(recorder.Config{BodyLimit: limit}, recorder.Failed)
	d.get(s, "/first")
	d.end(s, recorder.Passed)
	equal(t, "restored files", d.leftovers(), files)
	equal(t, "restored", d.read(d.file()), tape)

	d = newDeck(t, largeAnswers())
	s = d.limited(recorder.Once)
	d.get(s, "/first")
	d.end(s, recorder.Failed)
	s = s.Again(recorder.Config{BodyLimit: limit}, recorder.Failed)
	d.end(s, recorder.Passed)
	equal(t, "after an attempt that asks for nothing", d.files(), "")
}

// Nothing is sent, and nothing written, when a file is not what it was.
func TestAFileThatIsNotWhatItWas(t *testing.T) {
	damages := map[string]func(file string) error{
		"missing": os.Remove,
		"changed": func(file string) error { return os.WriteFile(file, []byte(strings.Repeat("y", large)), 0o600) },
		"a Git LFS pointer": func(file string) error {
			return os.WriteFile(file, []byte("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1000\n"), 0o600)
		},
	}
	for name, damage := range damages {
		for _, mode := range []recorder.Mode{recorder.None, recorder.Once, recorder.NewEpisodes, recorder.All} {
			d := newDeck(t, largeAnswers())
			s := d.limited(recorder.Once)
			d.get(s, "/text")
			d.end(s, recorder.Passed)
			file := d.bodyFile()
			if err := damage(file); err != nil {
				t.Fatal(err)
			}
			tape, files, content := d.read(d.file()), d.leftovers(), d.read(file)
			s = d.open(recorder.Config{Mode: mode, BodyLimit: limit, Base: unreachable(t)})
			_, err := s.Client().Get(d.URL + "/text")
			if !errors.Is(err, recorder.ErrRefused) || !strings.Contains(err.Error(), filepath.Base(file)) {
				t.Errorf("%s, %s: got the error %v", name, mode, err)
			}
			d.end(s, recorder.Failed)
			equal(t, "left", d.read(d.file())+d.leftovers()+d.read(file), tape+files+content)
		}
	}
}

package recorder_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// statuses answers /429 with status 429, and so on.
func statuses() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, err := strconv.Atoi(r.URL.Path[1:])
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, status)
	})
}

func TestFailuresOfTheServiceDoNotReplaceATape(t *testing.T) {
	for _, status := range []string{"/401", "/402", "/403", "/407", "/408", "/425", "/429", "/500", "/503", "/599", "/aborted"} {
		t.Run(status, func(t *testing.T) {
			d := newRig(t, statuses())
			d.put(false, "/200")
			before := d.read(d.file())
			s := d.open(recorder.Config{Mode: recorder.NewEpisodes})
			d.get(s, "/200")
			if resp, err := s.Client().Get(d.URL + status); err == nil {
				d.body(resp)
			}
			result := d.end(s, false)
			equal(t, "tape", d.read(d.file()), before)
			equal(t, "rejected", result.Rejected, d.rejected())
			equal(t, "saved", result.Saved, false)
			rejected := d.load(d.rejected())
			equal(t, "rejected recordings", len(rejected.Interactions), 2)
			equal(t, "rejected is partial", rejected.Partial, true)
			equal(t, ".gitignore", d.read(filepath.Join(d.dir, ".rejected/.gitignore")), "*\n")

			s = d.open(recorder.Config{Mode: recorder.NewEpisodes})
			d.get(s, "/200", "/201")
			result = d.end(s, true)
			equal(t, "saved", result.Saved, true)
			equal(t, "tape", d.bodies(d.file()), "tape 1 /200, 201")
			equal(t, "files", d.leftovers(), ".rejected/.gitignore chat/tape.yaml")
		})
	}
}

// A failed spec may have met other answers for reasons of its own, and a spec
// that passed may be about failures.
func TestWhatIsNotRejected(t *testing.T) {
	cases := []struct {
		path    string
		outcome bool
		want    string
	}{
		{"/400", false, "partial, 400"},
		{"/404", false, "partial, 404"},
		{"/422", false, "partial, 422"},
		{"/429", true, "429"},
		{"/503", true, "503"},
	}
	for _, c := range cases {
		d := newRig(t, statuses())
		s := d.open(recorder.Config{})
		d.get(s, c.path)
		d.end(s, c.outcome)
		equal(t, c.path, d.bodies(d.file()), c.want)
		equal(t, "files", d.leftovers(), tapeName)
	}
}

func TestRejectedWithoutATape(t *testing.T) {
	d := newRig(t, statuses())
	s := d.open(recorder.Config{})
	d.get(s, "/200", "/500")
	d.end(s, false)
	equal(t, "files", d.leftovers(), ".rejected/.gitignore .rejected/chat/tape.yaml")
	equal(t, "rejected", d.bodies(d.rejected()), "partial, 200, 500")
}

func TestModeAllKeepsTheTapeOfAFailedSpec(t *testing.T) {
	d := newRig(t, counting())
	d.put(false, "/a")
	before := d.read(d.file())
	s := d.open(recorder.Config{Mode: recorder.All})
	d.get(s, "/a")
	result := d.end(s, false)
	equal(t, "tape", d.read(d.file()), before)
	equal(t, "rejected", d.bodies(result.Rejected), "partial, sent 1 /a")
}

func TestNothingRecordedNothingWritten(t *testing.T) {
	for _, mode := range []recorder.Mode{recorder.Once, recorder.NewEpisodes, recorder.All} {
		for _, partial := range []bool{false, true} {
			for _, outcome := range []bool{true, false} {
				d := newRig(t, counting())
				d.put(partial, "/a")
				before := d.read(d.file()) + "# a comment\n"
				d.write(d.file(), before)
				s := d.open(recorder.Config{Mode: mode})
				s.Snapshot() // a look is no request
				result := d.end(s, outcome)
				equal(t, "tape", d.read(d.file()), before)
				equal(t, "saved", result.Saved, false)
				equal(t, "files", d.leftovers(), tapeName)
			}
		}
	}
}

func TestASpecWithoutRequestsIsNotMissing(t *testing.T) {
	d := newRig(t, nil)
	s := d.open(recorder.Config{Mode: recorder.None})
	equal(t, "missing", d.end(s, true).Missing, false)
	s = d.open(recorder.Config{Mode: recorder.None})
	d.get(s, "/a")
	equal(t, "missing", d.end(s, true).Missing, true)
	equal(t, "files", d.leftovers(), "")
}

func TestDiscard(t *testing.T) {
	for _, outcome := range []bool{true, false} {
		d := newRig(t, statuses())
		s := d.openSpec(recorder.Config{Mode: recorder.All}, harness.Spec{Discard: true})
		equal(t, "answers", d.get(s, "/200", "/500"), "200, 500")
		result := d.end(s, outcome)
		equal(t, "recorded", len(result.Recorded), 2)
		equal(t, "saved", result.Saved, false)
		equal(t, "files", d.leftovers(), "")
	}
}

// What a save does not change keeps its bytes, comments included.
func TestASaveKeepsWhatItDoesNotChange(t *testing.T) {
	d := newRig(t, counting())
	d.put(false, "/a")
	before := strings.Replace(d.read(d.file()), "\nresponse:", "\n# why it is here\nresponse:", 1)
	d.write(d.file(), before)
	s := d.openSpec(recorder.Config{Mode: recorder.NewEpisodes}, harness.Spec{Suite: "example.com/chat", Name: "chat / answers"})
	d.get(s, "/a", "/b")
	d.end(s, true)
	if after := d.read(d.file()); !strings.HasPrefix(after, before) || !strings.Contains(after, "sent 1 /b") {
		t.Errorf("got\n%s", after)
	}
}

func TestHeaderOfTheTape(t *testing.T) {
	d := newRig(t, counting())
	s := d.openSpec(recorder.Config{}, harness.Spec{Suite: "example.com/shop", Name: "shop / sells"})
	d.get(s, "/a")
	d.end(s, true)
	if got := d.read(d.file()); !strings.HasPrefix(got, "ginkgo-vcr: 1\nsuite: example.com/shop\nspec: shop / sells\n---\n") {
		t.Errorf("got\n%s", got)
	}
}

// Another process that writes the same cassette meanwhile is not overwritten.
func TestATapeThatChangedMeanwhile(t *testing.T) {
	cases := []struct {
		name   string
		before bool
		change func(d *rig)
		after  string
	}{
		{"written", false, func(d *rig) { d.put(false, "/other") }, "tape 1 /other"},
		{"changed", true, func(d *rig) { d.put(false, "/other") }, "tape 1 /other"},
		{"deleted", true, func(d *rig) { _ = os.Remove(d.file()) }, "none"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, counting())
			if c.before {
				d.put(false, "/a")
			}
			s := d.open(recorder.Config{Mode: recorder.NewEpisodes})
			d.get(s, "/b")
			c.change(d)
			result, err := s.Close(true)
			equal(t, "error", errorText(err), d.file()+": the cassette was changed by another spec or process while this spec ran, and stays as it is; "+
				"set another Config.Path in one of them; what this spec recorded is in "+d.rejected())
			equal(t, "tape", d.bodies(d.file()), c.after)
			equal(t, "saved", result.Saved, false)
			equal(t, "rejected", strings.Contains(d.bodies(result.Rejected), "sent 1 /b"), true)
		})
	}
}

// The folder is gone by the time of the save.
func TestASaveThatFails(t *testing.T) {
	d := newRig(t, counting())
	s := d.open(recorder.Config{})
	d.get(s, "/a")
	d.write(filepath.Dir(d.file()), "a file in place of the folder")
	result, err := s.Close(true)
	var path *os.PathError
	if !errors.As(err, &path) || !strings.HasPrefix(err.Error(), d.file()+": the cassette ") {
		t.Errorf("got the error %v", err)
	}
	equal(t, "saved", result.Saved, false)
	equal(t, "files", d.leftovers(), ".journal/.gitignore "+journalName+" chat")
}

// No file beside the cassette can be written: its name would be too long.
func TestASaveThatCannotWrite(t *testing.T) {
	d := newRig(t, counting())
	name := strings.Repeat("x", 245) + ".yaml"
	s := d.open(recorder.Config{Path: name})
	d.get(s, "/a")
	_, err := s.Close(true)
	if !strings.HasPrefix(errorText(err), filepath.Join(d.dir, name)+": the cassette was not saved: ") {
		t.Errorf("got the error %v", err)
	}
	journals, _ := filepath.Glob(filepath.Join(d.dir, ".journal/x*"))
	equal(t, "journals", len(journals), 1)
	if want := "; the next run takes up what was recorded, which is in " + journals[0]; !strings.HasSuffix(errorText(err), want) {
		t.Errorf("got the error %v", err)
	}
}

func TestCloseTwice(t *testing.T) {
	d := newRig(t, counting())
	s := d.open(recorder.Config{})
	d.get(s, "/a")
	first := d.end(s, true)
	d.put(false, "/other")
	again := d.end(s, false)
	equal(t, "results", fmt.Sprint(again), fmt.Sprint(first))
	equal(t, "tape", d.bodies(d.file()), "tape 1 /other")
	equal(t, "after", d.get(s, "/a"), "refused")
}

// Of several sessions that record one cassette at the same time, one saves it,
// and the others are told where their recording is.
func TestSessionsThatSaveAtOnce(t *testing.T) {
	for range 20 {
		d := newRig(t, counting())
		var wg sync.WaitGroup
		var mu sync.Mutex
		saved, told := 0, 0
		sessions := make([]*recorder.Session, 4)
		for n := range sessions {
			sessions[n] = d.open(recorder.Config{Mode: recorder.Once})
			if _, err := sessions[n].RoundTrip(d.request("/")); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range sessions {
			wg.Add(1)
			go func() {
				defer wg.Done()
				result, err := s.Close(true)
				mu.Lock()
				defer mu.Unlock()
				if result.Saved && err == nil {
					saved++
				} else if result.Rejected != "" && err != nil && strings.Contains(err.Error(), "was changed by another spec or process") {
					told++
				}
			}()
		}
		wg.Wait()
		equal(t, "saved", saved, 1)
		equal(t, "told", told, 3)
	}
}

func TestTransportsAndRequestsThatAreNone(t *testing.T) {
	d := newRig(t, counting())
	s := d.open(recorder.Config{Mode: recorder.Once, Base: roundTrip(func(*http.Request) (*http.Response, error) { return nil, nil })})
	_, err := s.RoundTrip(d.request("/"))
	equal(t, "base", errorText(err), "the base transport returned neither a response nor an error")
	_, err = s.RoundTrip(&http.Request{})
	equal(t, "request", errorText(err), "the request has no URL")
}

// A live run needs the keys that a replay does without.
func TestDummiesAreNotSentLive(t *testing.T) {
	d := newRig(t, counting())
	s := d.openSpec(recorder.Config{Mode: recorder.Live}, harness.Spec{Dummies: func() []harness.Dummy { return []harness.Dummy{{Variable: "SERVICE_KEY", Value: "dummy-of-a-key"}} }})
	_, err := s.RoundTrip(d.request("/?q=" + url.QueryEscape("dummy-of-a-key")))
	equal(t, "refused", errors.Is(err, recorder.ErrRefused), true)
	equal(t, "error", errorText(err), d.file()+": SERVICE_KEY is not set, and GET "+d.URL+"/?q=dummy-of-a-key would be sent with a dummy in its place; set SERVICE_KEY, or leave the live specs out")
	equal(t, "sent", d.Served(), 0)
}

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

var hash = regexp.MustCompile(`\b[0-9a-f]{16}\.`)

// files lists what is in the folder of the rig, without the hashes in names.
func (d *rig) files() string {
	d.t.Helper()
	return hash.ReplaceAllString(d.leftovers(), "#.")
}

// limited starts a session that keeps large bodies in files.
func (d *rig) limited(mode recorder.Mode) *recorder.Session {
	d.t.Helper()
	return d.open(recorder.Config{Mode: mode, BodyLimit: limit})
}

func TestLargeBodiesHaveFiles(t *testing.T) {
	d := newRig(t, largeAnswers())
	asked := strings.Repeat("question ", large)
	session := func(s *recorder.Session) string {
		return strings.Join([]string{d.get(s, "/json", "/binary", "/text", "/small"), d.post(s, "/small", "text/plain", asked)}, "\n")
	}
	s := d.limited(recorder.Once)
	recorded := session(s)
	d.end(s, true)
	equal(t, "files", strings.Count(d.files(), "#."), 4)
	for _, kind := range []string{"#.json", "#.bin", "#.txt"} {
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
		{0, defaultBodyLimit, 0},
		{0, defaultBodyLimit + 1, 1},
		{-1, defaultBodyLimit + 1, 0},
		{10, 10, 0},
		{10, 11, 1},
	}
	for _, c := range cases {
		d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, c.size)) }))
		s := d.open(recorder.Config{BodyLimit: c.limit})
		d.get(s, "/")
		d.end(s, true)
		equal(t, fmt.Sprintf("files of %d bytes with limit %d", c.size, c.limit), strings.Count(d.files(), "#."), c.files)
	}
}

// What is kept in a file is redacted as everything else.
func TestSecretsAreInNoFile(t *testing.T) {
	const key = "key-" + "of-service"
	d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "\xff\x00{\"password\":\"hunter4711\"}\x00 "+key+strings.Repeat("x", large))
	}))
	s := d.openSpec(recorder.Config{BodyLimit: limit}, harness.Spec{Redaction: redaction.Rules{Secrets: func() []redaction.Secret { return []redaction.Secret{{Name: "KEY", Value: key}} }}})
	d.get(s, "/")
	d.end(s, true)
	file := d.bodyFile()
	equal(t, "file", d.read(file), "\xff\x00{\"password\":\"[redacted:password]\"}\x00 [redacted:key]"+strings.Repeat("x", large))
}

// bodyFile returns the only body in a file.
func (d *rig) bodyFile() string {
	d.t.Helper()
	files, err := filepath.Glob(filepath.Join(d.dir, "_bodies", "*"))
	if err != nil || len(files) != 1 {
		d.t.Fatalf("%v, %v", files, err)
	}
	return files[0]
}

func TestARejectedRecordingHasItsFiles(t *testing.T) {
	d := newRig(t, largeAnswers())
	s := d.limited(recorder.Once)
	d.get(s, "/failing")
	d.end(s, false)
	equal(t, "files", d.files(), ".rejected/.gitignore .rejected/_bodies/#.txt .rejected/chat/tape.yaml")
	equal(t, "rejected", d.bodies(d.rejected()), "partial, failing "+strings.Repeat("x", large))
	s = d.limited(recorder.Once)
	d.get(s, "/text")
	d.end(s, true)
	equal(t, "accepted", d.files(), ".rejected/.gitignore _bodies/#.txt chat/tape.yaml")
}

func TestAPartialRecordingHasItsFiles(t *testing.T) {
	d := newRig(t, largeAnswers())
	s := d.limited(recorder.Once)
	first := d.get(s, "/first")
	d.end(s, false)
	equal(t, "partial", d.bodies(d.file()), "partial, "+first)
	s = d.limited(recorder.Once)
	second := d.get(s, "/first", "/second")
	d.end(s, true)
	equal(t, "whole", d.bodies(d.file()), second)
	equal(t, "files", d.files(), "_bodies/#.txt _bodies/#.txt chat/tape.yaml")
	equal(t, "sent", d.Served(), 2)
	s = d.limited(recorder.All)
	d.get(s, "/second")
	d.end(s, true)
	equal(t, "after all was recorded again", d.files(), "_bodies/#.txt chat/tape.yaml")
}

// The next attempt starts from the tape as it was, and so from its files.
func TestAgainRestoresFiles(t *testing.T) {
	d := newRig(t, largeAnswers())
	s := d.limited(recorder.Once)
	d.get(s, "/first")
	d.end(s, true)
	tape, files := d.read(d.file()), d.leftovers()

	s = d.limited(recorder.NewEpisodes)
	d.get(s, "/first", "/second")
	d.end(s, false)
	equal(t, "after the first attempt", d.files(), "_bodies/#.txt _bodies/#.txt chat/tape.yaml")
	s = d.again(recorder.Config{BodyLimit: limit}, s)
	d.get(s, "/first")
	d.end(s, true)
	equal(t, "restored files", d.leftovers(), files)
	equal(t, "restored", d.read(d.file()), tape)

	d = newRig(t, largeAnswers())
	s = d.limited(recorder.Once)
	d.get(s, "/first")
	d.end(s, false)
	s = d.again(recorder.Config{BodyLimit: limit}, s)
	d.end(s, true)
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
			d := newRig(t, largeAnswers())
			s := d.limited(recorder.Once)
			d.get(s, "/text")
			d.end(s, true)
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
			d.end(s, false)
			equal(t, "left", d.read(d.file())+d.leftovers()+d.read(file), tape+files+content)
		}
	}
}

func TestABodyThatIsTooLargeCostsOnlyItself(t *testing.T) {
	large := make([]byte, disk.MaxSize+1)
	d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/large" {
			w.Header().Set("Content-Type", "application/octet-stream")
			_, _ = w.Write(large)
			return
		}
		_, _ = fmt.Fprint(w, r.URL.Path)
	}))
	s := d.open(recorder.Config{})
	for _, path := range []string{"/a", "/large", "/b"} {
		resp, err := s.Client().Get(d.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	result, err := s.Close(true)
	equal(t, "error", errorText(err), fmt.Sprintf("%s: GET %s/large was not kept: its bodies have %d bytes, and no file of more than %d is read again; send this request past the recording; the other interactions were saved",
		d.file(), d.URL, disk.MaxSize+1, disk.MaxSize))
	equal(t, "saved", result.Saved, true)
	equal(t, "tape", d.bodies(d.file()), "partial, /a, /b")
	equal(t, "files", d.leftovers(), tapeName)
}

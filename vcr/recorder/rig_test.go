package recorder_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

// A rig is an origin, and a folder with the one cassette that all sessions of
// a test share.
type rig struct {
	*vcrtest.Origin
	t   *testing.T
	dir string
}

const tapeName = "chat/tape.yaml"

func newRig(t *testing.T, handler http.Handler) *rig {
	t.Helper()
	d := &rig{Origin: vcrtest.NewOrigin(handler), t: t, dir: t.TempDir()}
	t.Cleanup(d.Origin.Close)
	return d
}

// counting answers "sent 1 /path", "sent 2 /path" and so on.
func counting() http.Handler {
	var count atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "sent %d %s", count.Add(1), r.RequestURI)
	})
}

// open starts a session in mode once, unless the config names another.
func (d *rig) open(cfg recorder.Config) *recorder.Session {
	d.t.Helper()
	return d.openSpec(cfg, harness.Spec{})
}

// openSpec is open for a spec of which a test framework tells more.
func (d *rig) openSpec(cfg recorder.Config, spec harness.Spec) *recorder.Session {
	d.t.Helper()
	return d.begin(cfg, spec, nil)
}

// again starts the session of the next attempt.
func (d *rig) again(cfg recorder.Config, earlier *recorder.Session) *recorder.Session {
	d.t.Helper()
	return d.begin(cfg, harness.Spec{}, earlier)
}

func (d *rig) begin(cfg recorder.Config, spec harness.Spec, earlier *recorder.Session) *recorder.Session {
	d.t.Helper()
	if cfg.Path == "" {
		cfg.Path = tapeName
	}
	cfg.Dir = d.dir
	if cfg.Mode == "" {
		cfg.Mode = recorder.Once
	}
	session, err := recorder.OpenSpec(cfg, spec, earlier)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _, _ = session.Close(false) }) // else its journal stays
	return session
}

// put writes a cassette with a recording for each path, as another run would
// have left it.
func (d *rig) put(partial bool, paths ...string) {
	d.t.Helper()
	c := &cassette.Cassette{Suite: "example.com/chat", Spec: "chat / answers", Partial: partial}
	for n, path := range paths {
		c.Interactions = append(c.Interactions, &cassette.Interaction{
			Request:  cassette.Request{Method: http.MethodGet, URL: d.URL + path},
			Response: cassette.Response{Status: http.StatusOK, Body: cassette.NewBody(fmt.Appendf(nil, "tape %d %s", n+1, path))},
		})
	}
	if err := c.Save(d.file()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *rig) file() string     { return filepath.Join(d.dir, tapeName) }
func (d *rig) rejected() string { return filepath.Join(d.dir, ".rejected", tapeName) }

// read returns a file, "" when there is none.
func (d *rig) read(file string) string {
	d.t.Helper()
	data, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.t.Fatal(err)
	}
	return string(data)
}

func (d *rig) write(file, text string) {
	d.t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// load returns the cassette in a file.
func (d *rig) load(file string) *cassette.Cassette {
	d.t.Helper()
	c, err := cassette.Load(file)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// bodies returns what the cassette in a file answers, and "partial" in front of
// that if it says so; "none" when there is no file.
func (d *rig) bodies(file string) string {
	d.t.Helper()
	if d.read(file) == "" {
		return "none"
	}
	c := d.load(file)
	var bodies []string
	if c.Partial {
		bodies = append(bodies, "partial")
	}
	for _, i := range c.Interactions {
		bodies = append(bodies, i.Response.Body.String())
	}
	return strings.Join(bodies, ", ")
}

// get asks for paths, one after the other, and returns the answers: bodies, or
// which error there was.
func (d *rig) get(session *recorder.Session, paths ...string) string {
	d.t.Helper()
	var answers []string
	for _, path := range paths {
		resp, err := session.Client().Get(d.URL + path)
		switch {
		case errors.Is(err, recorder.ErrMiss):
			answers = append(answers, "miss")
		case errors.Is(err, recorder.ErrRefused):
			answers = append(answers, "refused")
		case err != nil:
			d.t.Error(err) // get is called from other goroutines as well
		default:
			answers = append(answers, d.body(resp))
		}
	}
	return strings.Join(answers, ", ")
}

func (d *rig) post(session *recorder.Session, path, contentType, body string) string {
	d.t.Helper()
	resp, err := session.Client().Post(d.URL+path, contentType, strings.NewReader(body))
	if errors.Is(err, recorder.ErrMiss) {
		return "miss"
	}
	if err != nil {
		d.t.Error(err)
		return ""
	}
	return d.body(resp)
}

func (d *rig) body(resp *http.Response) string {
	d.t.Helper()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Error(err)
	}
	if err := resp.Body.Close(); err != nil {
		d.t.Error(err)
	}
	return string(body)
}

// end closes a session, which must go well.
func (d *rig) end(session *recorder.Session, passed bool) recorder.Snapshot {
	d.t.Helper()
	result, err := session.Close(passed)
	if err != nil {
		d.t.Fatal(err)
	}
	return result
}

// equal compares what a test got with what it wants.
func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\ngot  %v\nwant %v", what, got, want)
	}
}

// leftovers lists the files in the folder of the rig.
func (d *rig) leftovers() string {
	d.t.Helper()
	var files []string
	err := filepath.WalkDir(d.dir, func(file string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(d.dir, file)
			files = append(files, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	slices.Sort(files)
	return strings.Join(files, " ")
}

// defaultBodyLimit is the documented default of Config.BodyLimit.
const defaultBodyLimit = 256 << 10

var allModes = []recorder.Mode{recorder.None, recorder.Once, recorder.NewEpisodes, recorder.All, recorder.Live}

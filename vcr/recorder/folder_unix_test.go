//go:build unix

package recorder_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// refusedWhere returns the reason why a request gets no answer. No session may send it.
func (d *rig) refusedWhere(mode recorder.Mode) string {
	d.t.Helper()
	s := d.open(recorder.Config{Mode: mode})
	resp, err := s.Client().Get(d.URL + "/")
	if err == nil {
		body, _ := io.ReadAll(resp.Body)
		d.t.Fatalf("mode %s: the answer is %q", mode, body)
	}
	var flaw *cassette.ParseError
	if !errors.Is(err, recorder.ErrRefused) || !errors.As(err, &flaw) {
		d.t.Errorf("mode %s: the error is %v", mode, err)
	}
	_, _ = s.Close(false)
	_, reason, _ := strings.Cut(err.Error(), `/": `)
	return reason
}

func symlink(t *testing.T, target, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func TestACassetteThatIsNoFile(t *testing.T) {
	const mend = "; put the file itself there, or delete it and record this spec again"
	for is, place := range map[string]func(d *rig, elsewhere string) error{
		"not a file": func(d *rig, _ string) error {
			if err := os.MkdirAll(filepath.Dir(d.file()), 0o777); err != nil {
				return err
			}
			return syscall.Mkfifo(d.file(), 0o666)
		},
		"a symbolic link that leads out of its folder": func(d *rig, elsewhere string) error {
			symlink(d.t, filepath.Join(elsewhere, "other.yaml"), d.file())
			return nil
		},
	} {
		d, elsewhere := newRig(t, counting()), t.TempDir()
		d.write(filepath.Join(elsewhere, "other.yaml"), "somebody's own")
		if err := place(d, elsewhere); err != nil {
			t.Fatal(err)
		}
		for _, mode := range []recorder.Mode{recorder.None, recorder.Once, recorder.NewEpisodes} {
			equal(t, "the reason", d.refusedWhere(mode), d.file()+": is "+is+mend)
		}
		equal(t, "elsewhere", d.read(filepath.Join(elsewhere, "other.yaml")), "somebody's own")
		equal(t, "requests", len(d.Requests()), 0)
	}
}

// Folders below that of the cassettes lead nowhere else: nothing is read, written
// or removed there. That folder itself may be a link.
func TestAFolderThatIsALink(t *testing.T) {
	d, elsewhere := newRig(t, counting()), t.TempDir()
	d.put(false, "/")
	if err := os.Rename(filepath.Dir(d.file()), filepath.Join(elsewhere, "chat")); err != nil {
		t.Fatal(err)
	}
	symlink(t, filepath.Join(elsewhere, "chat"), filepath.Dir(d.file()))
	before := d.read(d.file())
	const out = ": is a symbolic link that leads out of its folder; put a folder there; only the folder of all cassettes may be a link"
	for _, mode := range []recorder.Mode{recorder.None, recorder.Once, recorder.All} {
		equal(t, "the reason", d.refusedWhere(mode), filepath.Dir(d.file())+out)
	}
	equal(t, "the cassette", d.read(filepath.Join(elsewhere, "chat/tape.yaml")), before)

	d.dir = filepath.Join(t.TempDir(), "link")
	symlink(t, elsewhere, d.dir)
	s := d.open(recorder.Config{})
	equal(t, "replayed", d.get(s, "/"), "tape 1 /")
	d.end(s, true)
}

func TestRejectedRecordingsStayInTheFolder(t *testing.T) {
	d, elsewhere := newRig(t, statuses()), t.TempDir()
	if err := os.MkdirAll(filepath.Join(elsewhere, "chat"), 0o777); err != nil {
		t.Fatal(err)
	}
	d.write(filepath.Join(elsewhere, tapeName), "somebody's own")
	symlink(t, elsewhere, filepath.Join(d.dir, ".rejected"))
	s := d.open(recorder.Config{})
	d.get(s, "/500")
	_, err := s.Close(false)
	want := filepath.Join(d.dir, ".rejected", "chat") + ": is a symbolic link that leads out of its folder; put a folder there; only the folder of all cassettes may be a link"
	if err == nil || err.Error() != want {
		t.Errorf("the error is\n\t%v\nnot\n\t%s", err, want)
	}
	s = d.open(recorder.Config{})
	d.get(s, "/200")
	d.end(s, true)
	equal(t, "elsewhere", d.read(filepath.Join(elsewhere, tapeName)), "somebody's own")
}
